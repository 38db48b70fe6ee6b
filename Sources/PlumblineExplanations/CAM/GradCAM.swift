import PlumblineModels
import PlumblineTensors

/// Class activation maps by gradients: with A a layer's features and g their gradients, `R = max(0,
/// sum_k w_k A_k)`, upsampled.
///
/// The methods differ in the weights w; conventions and stabilisers are pytorch-grad-cam's.
///
/// On DenseNet the library does not compute its own formula. The layer there is the last batch
/// norm, whose output torchvision rectifies in place. The library reads by hooks: A are the values
/// *after* the ReLU, g is the gradient *before* it. Where the norm's output is negative, g is 0, so
/// its means differ from those of the formula. ``CAMConvention`` chooses; on every other
/// architecture both are the same.
public struct GradCAM: FeatureMapExplanation {
    public enum Weighting: String, Sendable, CaseIterable {
        /// `w_k = mean g_k` (Selvaraju et al., arXiv 1610.02391, eq. 1).
        case gradCAM = "grad_cam"
        /// `w_k = sum a_k max(0, g_k)`, `a = g^2 / (2 g^2 + g^3 sum A)` (Chattopadhyay et al.,
        /// arXiv 1710.11063, eq. 19).
        case gradCAMPlusPlus = "grad_cam_plus_plus"
        /// `w_k = sum g_k A_k / sum A_k` (Fu et al., arXiv 2008.02312, eq. 8).
        case xGradCAM = "xgrad_cam"
        /// `max(0, g)` place by place (Jiang et al., doi 10.1109/TIP.2021.3089943, eq. 5).
        case layerCAM = "layer_cam"
    }

    public var name: String { weighting.rawValue }
    public var weighting: Weighting
    /// The layer of the features; the model's last by default.
    public var layer: String?
    public var convention: CAMConvention

    public init(
        _ weighting: Weighting, layer: String? = nil, convention: CAMConvention = .library
    ) {
        self.weighting = weighting
        self.layer = layer
        self.convention = convention
    }

    public func relevance(of subject: Subject, createGraph: Bool) -> Tensor {
        let (trace, features) = subject.featureMap(layer: layer)
        let g = features.grid(
            subject.propagated(
                trace.logits, to: features.source(convention), createGraph: createGraph,
                keepGraph: subject.sharesGraph))
        let a = features.grid(createGraph ? features.values : features.values.detached)
        return subject.activationMap((weights(a, g) * a).sum([3]))
    }

    private func weights(_ a: Tensor, _ g: Tensor) -> Tensor {
        switch weighting {
        case .gradCAM: return g.mean([1, 2], keepingDimensions: true)
        case .gradCAMPlusPlus: return Self.plusPlus(g, g * g, g * g * g, a)
        case .xGradCAM:
            return (g * a / (a.sum([1, 2], keepingDimensions: true) + 1e-7)).sum(
                [1, 2], keepingDimensions: true)
        case .layerCAM: return g.relu()
        }
    }

    /// Grad-CAM++'s weights from the first three powers of the gradient, or their means over noise.
    static func plusPlus(_ first: Tensor, _ second: Tensor, _ third: Tensor, _ a: Tensor) -> Tensor
    {
        let alpha = second / (second * 2 + a.sum([1, 2], keepingDimensions: true) * third + 1e-6)
        return (alpha * first.relu()).sum([1, 2], keepingDimensions: true)
    }
}
