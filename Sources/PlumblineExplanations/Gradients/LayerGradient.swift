import PlumblineModels
import PlumblineTensors

/// The gradient of the class's logit with respect to the features of a layer, or these features
/// times their gradient, as a map of the image.
///
/// With the features A and the gradient g = df_c / dA, `R = mean_k g_k`, or `R = sum_k A_k g_k`
/// (captum's `LayerGradientXActivation`), resized bilinearly to the image with half-pixel centres.
/// It keeps its sign. A class token is left out.
public struct LayerGradient: FeatureMapExplanation {
    public var name: String { isTimesFeatures ? "input_x_gradient" : "gradient" }
    public var layer: String?
    /// Whether features are multiplied by their gradient.
    public var isTimesFeatures: Bool

    public init(layer: String, isTimesFeatures: Bool) {
        self.layer = layer
        self.isTimesFeatures = isTimesFeatures
    }

    public func relevance(of request: Request, from trace: Trace) throws -> Tensor {
        let features = try featureMap(trace, request)
        let gradients = features.grid(
            request.gradient(of: trace, withRespectTo: features.source(.formula)))
        let map =
            isTimesFeatures
            ? (features.grid(request.factor(features.values, request.createsGraph)) * gradients)
                .sum([3])
            : gradients.mean([3])
        let shape = map.shape
        return map.reshaped([shape[0], shape[1], shape[2], 1]).resized(
            height: request.image.shape[1], width: request.image.shape[2])
    }
}
