import PlumblineTensors

/// Which LRP rule each kind of layer gets.
public struct LRPComposite: Sendable, Equatable {
    /// The registered name, such as "lrp_epsilon_plus".
    public var name: String
    public var convolution: LRPRule = .gradient
    public var linear: LRPRule = .gradient
    /// For the convolution or linear layer that reads the image.
    public var first: LRPRule?
    public var activation: LRPRule = .pass
    public var batchNorm: BatchNormRule = .pass
    public var averagePool: LRPRule = .norm
    public var residualSum: LRPRule = .norm
    /// Whether a rule also applies to what torchvision and timm call as a function instead of
    /// declaring a module: residual sums, and the last ReLU and pooling of DenseNet.
    ///
    /// If not, these keep their derivative, as in tools that hook modules.
    public var coversFunctions = false
    /// Whether biases get no relevance.
    ///
    /// Relevance is then conserved.
    public var ignoresBias = false
    /// What training through the relevance differentiates.
    public var gradient = LRPGradient.exact

    public enum BatchNormRule: String, Sendable, CaseIterable {
        /// Relevance passes unchanged (zennit's default).
        case pass
        /// It counts as part of the convolution before it or, if it comes before the convolution,
        /// of the one after it.
        case merge
        /// Its derivative.
        case gradient
    }

    public init(name: String) { self.name = name }
}

extension LRPComposite {
    /// The composites of zennit.
    public static let named: [LRPComposite] = {
        func composite(
            _ name: String, _ convolution: LRPRule, _ linear: LRPRule, first: LRPRule? = nil
        ) -> LRPComposite {
            var composite = LRPComposite(name: name)
            composite.convolution = convolution
            composite.linear = linear
            composite.first = first
            return composite
        }
        var excitation = composite("excitation_backprop", .zPlus, .zPlus)
        excitation.activation = .gradient
        excitation.batchNorm = .gradient
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
