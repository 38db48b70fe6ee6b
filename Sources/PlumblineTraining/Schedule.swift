import Foundation

/// How the learning rate moves over a run, as a factor of the rate that is set.
public struct Schedule: Sendable, Equatable {
    public enum Shape: String, Sendable, CaseIterable {
        case constant, linear, cosine
    }
    /// Where the rise begins.
    public enum WarmUpStart: String, Sendable, CaseIterable {
        /// `(step + 1) / steps`: the first step moves the weights.
        case first
        /// `step / steps`, as transformers and the published code have it: the first step has rate 0.
        case zero
    }
    public var shape = Shape.constant
    /// Steps over which the factor rises from 0 to 1 first.
    public var warmUp = 0
    public var warmUpStart = WarmUpStart.first

    public init(
        _ shape: Shape = .constant, warmUp: Int = 0, warmUpStart: WarmUpStart = .first
    ) {
        self.shape = shape
        self.warmUp = warmUp
        self.warmUpStart = warmUpStart
    }

    /// The factor for step `step`, counted from 0, of `total`.
    public func factor(step: Int, total: Int) -> Float {
        if step < warmUp {
            return Float(warmUpStart == .first ? step + 1 : step) / Float(warmUp)
        }
        guard shape != .constant, total > warmUp else { return 1 }
        let progress = min(1, Float(step - warmUp) / Float(total - warmUp))
        return shape == .linear ? 1 - progress : 0.5 * (1 + cos(.pi * progress))
    }
}
