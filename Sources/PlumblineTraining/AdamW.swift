import PlumblineModels
import PlumblineSettings
import PlumblineTensors

/// Adam with decoupled weight decay (Loshchilov & Hutter, arXiv 1711.05101).
///
/// Its steps are those of PyTorch.
public final class AdamW {
    public struct Settings: Sendable, Equatable {
        /// The learning rate before the schedule.
        public var learningRate: Float = 1e-4
        /// The decay of the average of the gradient.
        public var beta1: Float = 0.9
        /// The decay of the average of the squared gradient.
        public var beta2: Float = 0.999
        /// Added to the root of the averaged square.
        public var epsilon: Float = 1e-8
        /// The share of the weights that a step of learning rate 1 subtracts.
        public var weightDecay: Float = 0.01

        public init() {}
    }

    public let settings: Settings
    /// Steps taken so far.
    public private(set) var step: Int
    /// The averaged gradient of each parameter, in the layout of the parameter.
    public private(set) var first: [Tensor]
    /// The averaged square of the gradient of each parameter, in the layout of the parameter.
    public private(set) var second: [Tensor]
    private let parameters: [Parameter]

    public init(_ parameters: [Parameter], settings: Settings) {
        self.parameters = parameters
        self.settings = settings
        step = 0
        first = parameters.map { .zeros($0.shape) }
        second = parameters.map { .zeros($0.shape) }
    }

    /// Restores a stored state.
    ///
    /// - Parameters:
    ///   - first: one tensor per parameter, of its shape.
    ///   - second: one tensor per parameter, of its shape.
    public func restore(step: Int, first: [Tensor], second: [Tensor]) {
        require(
            first.map(\.shape) == parameters.map(\.shape)
                && second.map(\.shape) == parameters.map(\.shape),
            "AdamW: moments of other shapes")
        self.step = step
        self.first = first
        self.second = second
    }

    /// Takes one step.
    ///
    /// Parameters change in place. A graph that used them must not be differentiated afterwards.
    ///
    /// - Parameters:
    ///   - gradients: one per parameter.
    ///   - learningRate: the learning rate of this step.
    ///   - scale: what gradients are multiplied by, for clipping.
    public func update(_ gradients: [Tensor], learningRate: Float, scale: Float = 1) {
        step += 1
        let numbers = AdamWStep(
            step: step, learningRate: learningRate, beta1: settings.beta1, beta2: settings.beta2,
            epsilon: settings.epsilon, weightDecay: settings.weightDecay, gradientScale: scale)
        for index in parameters.indices {
            parameters[index].value.updateByAdamW(
                numbers, gradient: gradients[index], firstMoment: first[index],
                secondMoment: second[index])
        }
    }
}

extension AdamW.Settings {
    /// The settings as configuration files name them.
    public static var keys: [SettingKey<AdamW.Settings>] {
        [
            .float("learning_rate", \.learningRate, in: 0...100, "Learning rate of AdamW."),
            .float("weight_decay", \.weightDecay, in: 0...10, "Decoupled weight decay of AdamW."),
            .float("beta1", \.beta1, in: 0...0.9999999, "Decay of AdamW's average gradient."),
            .float("beta2", \.beta2, in: 0...0.9999999, "Decay of AdamW's average square."),
            .float("epsilon", \.epsilon, in: 0...1, "Added to the root of AdamW's average square."),
        ]
    }
}

/// The Euclidean norm of all gradients together.
func globalNorm(_ gradients: [Tensor]) -> Float {
    Float(gradients.reduce(0.0) { $0 + $1.sumOfSquares }.squareRoot())
}
