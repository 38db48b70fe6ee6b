import PlumblineModels
import PlumblineTensors

/// Smooth Grad-CAM++ (Omeiza et al., arXiv 1908.01224, equation 7): Grad-CAM++ with the means over
/// noisy images of the powers of the gradient.
///
/// The features are those of the image without noise.
public struct SmoothGradCAMPlusPlus: AveragingExplanation, FeatureMapExplanation {
    public var name: String { "smoothgrad_cam_plus_plus" }
    public var steps: Int { noise.samples }
    public var layer: String?
    public var convention: CAMConvention
    let noise: NoiseAround

    /// - Parameters:
    ///   - level: standard deviation of the noise as a share of the image's range.
    ///   - layer: the layer of the features; `nil` for the model's last feature layer.
    public init(
        samples: Int = 20, level: Float = 0.1, layer: String? = nil,
        convention: CAMConvention = .library
    ) {
        noise = NoiseAround(level: level, samples: samples, lastIsClean: true)
        self.layer = layer
        self.convention = convention
    }

    public func captures(of model: any Classifier) -> Captures? { nil }

    public func contributions(
        _ step: Int, of request: Request, createGraph: Bool
    ) throws -> [Tensor] {
        let trace = request.model.trace(
            noise.point(step, request), request.pass,
            capturing: FeatureMap.captures(request.model, layer: layer))
        let features = try FeatureMap(trace, request.model, layer: layer, for: name)
        let source = features.source(convention)
        let count = Float(steps)
        let gradient =
            features.grid(request.propagated(trace.logits, to: source, createGraph: createGraph))
            * (1 / count)
        let square = gradient * gradient * count
        // The last sample is the image without noise.
        let values = features.grid(request.factor(features.values, createGraph))
        return [
            gradient, square, square * gradient * count,
            step == steps - 1 ? values : .zeros(values.shape),
        ]
    }

    public func combined(_ sums: [Tensor], of request: Request) -> Tensor {
        let features = sums[3]
        let weights = GradCAM.plusPlusWeights(
            gradient: sums[0], square: sums[1], cube: sums[2], features: features)
        return request.activationMap((weights * features).sum([3]))
    }
}
