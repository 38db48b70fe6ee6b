import Foundation
import PlumblineSettings

/// How the learning rate changes over a run, as a factor of the configured learning rate.
public struct Schedule: Sendable, Equatable {
    /// How the factor falls from 1 to 0 after the warm-up.
    public enum Shape: String, Sendable, CaseIterable {
        /// It stays 1.
        case constant
        case linear
        case cosine
    }

    /// The factor of the first step of the warm-up.
    public enum WarmUpStart: String, Sendable, CaseIterable {
        /// `(step + 1) / steps`: the first step changes the weights.
        case first
        /// `step / steps`, as in `transformers` and the published code: the learning rate of the
        /// first step is 0.
        case zero
    }

    public var shape: Shape
    /// The number of steps of the warm-up, in which the factor rises to 1.
    public var warmUp: Int
    public var warmUpStart: WarmUpStart

    public init(
        _ shape: Shape = .constant, warmUp: Int = 0, warmUpStart: WarmUpStart = .first
    ) {
        self.shape = shape
        self.warmUp = warmUp
        self.warmUpStart = warmUpStart
    }

    /// The settings as configuration files name them.
    public static var keys: [SettingKey<Schedule>] {
        [
            .choice("schedule", \.shape, "How the learning rate falls after the warm-up"),
            .whole(
                "warm_up", \.warmUp, in: 0...1_000_000_000,
                "Steps of the warm-up, in which the learning rate rises."),
            .choice(
                "warm_up_start", \.warmUpStart,
                "Factor of the learning rate in the first of n warm-up steps: 1/n, or 0"),
        ]
    }

    /// The factor of a step.
    ///
    /// - Parameters:
    ///   - step: counted from 0.
    ///   - total: all steps of the run.
    public func factor(step: Int, total: Int) -> Float {
        if step < warmUp {
            return Float(warmUpStart == .first ? step + 1 : step) / Float(warmUp)
        }
        guard shape != .constant, total > warmUp else { return 1 }
        let progress = min(1, Float(step - warmUp) / Float(total - warmUp))
        return shape == .linear ? 1 - progress : 0.5 * (1 + cos(.pi * progress))
    }
}
