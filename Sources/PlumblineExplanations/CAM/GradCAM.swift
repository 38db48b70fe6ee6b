import PlumblineModels
import PlumblineTensors

/// Class activation maps by gradients: `R = max(0, sum_k w_k A_k)`, upsampled.
///
/// A are the features of a layer and g their gradients. The methods differ in the weights w.
/// Conventions and stabilisers are those of pytorch-grad-cam.
///
/// On DenseNet pytorch-grad-cam does not compute its own formula. The layer there is the last batch
/// norm, whose output torchvision rectifies in place. The library reads by hooks: A are the values
/// *after* the ReLU, g is the gradient *before* it. Where the output of the norm is negative, g
/// is 0, so its means differ from those of the formula. ``CAMConvention`` chooses between the two.
/// On every other architecture both are the same.
public struct GradCAM: FeatureMapExplanation {
    public enum Weighting: String, Sendable, CaseIterable {
        /// `w_k = mean g_k` (Selvaraju et al., arXiv 1610.02391, eq. 1).
        case gradCAM = "grad_cam"
        /// `w_k = sum a_k max(0, g_k)`, `a = g^2 / (2 g^2 + g^3 sum A)` (Chattopadhyay et al.,
        /// arXiv 1710.11063, eq. 19).
        case gradCAMPlusPlus = "grad_cam_plus_plus"
        /// `w_k = sum g_k A_k / sum A_k` (Fu et al., arXiv 2008.02312, eq. 8).
        case xGradCAM = "xgrad_cam"
        /// `max(0, g)` at every position (Jiang et al., doi 10.1109/TIP.2021.3089943, eq. 5).
        case layerCAM = "layer_cam"
    }

    public var name: String { weighting.rawValue }
    public var weighting: Weighting
    /// The layer of the features; `nil` for the model's last feature layer.
    public var layer: String?
    public var convention: CAMConvention

    public init(
        _ weighting: Weighting, layer: String? = nil, convention: CAMConvention = .library
    ) {
        self.weighting = weighting
        self.layer = layer
        self.convention = convention
    }

    public func relevance(of request: Request, from trace: Trace) throws -> Tensor {
        let features = try featureMap(trace, request)
        let gradients = features.grid(
            request.gradient(of: trace, withRespectTo: features.source(convention)))
        let values = features.grid(request.factor(features.values, request.createsGraph))
        return request.activationMap((weights(values, gradients) * values).sum([3]))
    }

    private func weights(_ a: Tensor, _ g: Tensor) -> Tensor {
        switch weighting {
        case .gradCAM: return g.mean([1, 2], keepingDimensions: true)
        case .gradCAMPlusPlus:
            return Self.plusPlusWeights(
                gradient: g, square: g * g, cube: g * g * g, features: a)
        case .xGradCAM:
            return (g * a / (a.sum([1, 2], keepingDimensions: true) + 1e-7)).sum(
                [1, 2], keepingDimensions: true)
        case .layerCAM: return g.relu()
        }
    }

    /// The weights of Grad-CAM++ from the first three powers of the gradient, or from their means
    /// over noisy images.
    ///
    /// - Returns: `[batch, 1, 1, channels]`
    static func plusPlusWeights(
        gradient: Tensor, square: Tensor, cube: Tensor, features: Tensor
    ) -> Tensor {
        let total = features.sum([1, 2], keepingDimensions: true)
        let alpha = square / (square * 2 + total * cube + 1e-6)
        return (alpha * gradient.relu()).sum([1, 2], keepingDimensions: true)
    }
}
