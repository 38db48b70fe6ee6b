import Foundation

/// A number with a fixed number of decimals.
func fixed(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
}

/// A share in percent, without decimals.
func percent(_ share: Double) -> String { "\(fixed(100 * share, 0))%" }
