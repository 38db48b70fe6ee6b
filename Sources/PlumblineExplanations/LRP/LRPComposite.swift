import PlumblineTensors

/// Which rule each kind of layer gets.
public struct LRPComposite: Sendable, Equatable {
    public var name: String
    public var convolution: LRPRule = .gradient
    public var linear: LRPRule = .gradient
    /// For the convolution or linear layer that reads the image.
    public var first: LRPRule?
    public var activation: LRPRule = .pass
    public var batchNorm: BatchNormRule = .pass
    public var averagePool: LRPRule = .norm
    public var residualSum: LRPRule = .norm
    /// Whether what torchvision and timm call as a function rather than declare as a module follows
    /// its rule too: residual sums, the last ReLU and pooling of DenseNet. Off, they keep their
    /// derivative, as in tools that hook modules.
    public var coversFunctions = false
    /// Whether biases get no relevance, which then is conserved.
    public var ignoresBias = false
    public var gradient = LRPGradient.exact

    public enum BatchNormRule: String, Sendable, CaseIterable {
        /// Relevance passes unchanged (zennit's default).
        case pass
        /// As part of the convolution before it or, where it comes before the convolution, of the
        /// one after it.
        case merge
        /// Its derivative.
        case gradient
    }

    public init(name: String) { self.name = name }
}

/// What the gradient through relevance sees.
public enum LRPGradient: String, Sendable, CaseIterable {
    /// The derivative.
    case exact
    /// With the weights inside the rules held constant, as zennit trains: not the derivative.
    case truncated
}

extension LRPComposite {
    /// zennit's composites.
    public static let named: [LRPComposite] = {
        func composite(
            _ name: String, _ convolution: LRPRule, _ linear: LRPRule, first: LRPRule? = nil
        ) -> LRPComposite {
            var composite = LRPComposite(name: name)
            (composite.convolution, composite.linear, composite.first) = (
                convolution, linear, first
            )
            return composite
        }
        var excitation = composite("excitation_backprop", .zPlus, .zPlus)
        (excitation.activation, excitation.batchNorm) = (.gradient, .gradient)
        return [
            composite("lrp_epsilon_plus", .zPlus, .epsilon()),
            composite("lrp_epsilon_plus_flat", .zPlus, .epsilon(), first: .flat),
            // The paper's images are normalised to -1 ... 1.
            composite(
                "lrp_epsilon_gamma_box", .gamma(), .epsilon(), first: .zBox(low: -1, high: 1)),
            composite("lrp_epsilon_alpha2_beta1", .alphaBeta(), .epsilon()),
            composite("lrp_epsilon_alpha2_beta1_flat", .alphaBeta(), .epsilon(), first: .flat),
            excitation,
        ]
    }()
}
