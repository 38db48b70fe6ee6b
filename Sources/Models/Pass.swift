import Tensors

/// How one forward pass is run: which statistics normalise, whether they move, and whether dropout is drawn.
public final class Pass {
    public enum Normalisation: Sendable {
        /// Running statistics: evaluation mode.
        case running
        /// The batch's own; `updates` is how many times the running averages take a step towards them (0: they stay).
        case batch(updates: Int)
    }

    public let normalisation: Normalisation
    /// Drawn from by dropout and stochastic depth; `nil` turns both off.
    public var noise: RandomGenerator?

    public init(_ normalisation: Normalisation, noise: RandomGenerator? = nil) {
        self.normalisation = normalisation
        self.noise = noise
    }

    /// Running statistics, no noise, nothing changes.
    public static var evaluation: Pass { Pass(.running) }
}
