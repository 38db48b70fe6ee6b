import Foundation
import PlumblineStatistics

/// Draws for the simulations.
struct Simulation {
    var random: SplitMix64

    /// By the method of Box and Muller.
    mutating func normal() -> Double {
        (-2 * log(1 - random.uniform())).squareRoot() * cos(2 * Double.pi * random.uniform())
    }

    /// Exponential less its mean of 1.
    mutating func exponential() -> Double { -log(1 - random.uniform()) - 1 }

    /// Values of mean 0 and variance 1 in groups, with correlation 0.5 inside a group.
    mutating func correlated(
        sizes: [Int], draw: (inout Simulation) -> Double = { $0.normal() }
    ) -> (values: [Double], groups: [String]) {
        var values: [Double] = []
        var groups: [String] = []
        for (group, size) in sizes.enumerated() {
            let shared = draw(&self)
            for _ in 0..<size {
                values.append((shared + draw(&self)) * 0.5.squareRoot())
                groups.append("patient \(group)")
            }
        }
        return (values, groups)
    }
}
