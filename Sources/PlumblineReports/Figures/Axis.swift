import Foundation

/// An axis of a plot: numbers, or named places.
public struct Axis: Sendable {
    public enum Scale: Sendable {
        /// Numbers from the first to the last.
        case numbers(ClosedRange<Double>)
        /// Names at the places 0, 1, 2, ...; the axis ends half a place outside.
        case names([String])
    }

    /// A mark on the axis with its text.
    struct Tick {
        let place: Double
        let text: String
    }

    /// Written beside the axis; empty for none.
    public var label: String
    public var scale: Scale
    /// Whether ticks and their texts are drawn.
    public var showsTicks: Bool

    /// An axis of numbers, from the smallest to the largest.
    public init(_ label: String, _ range: ClosedRange<Double>, showsTicks: Bool = true) {
        precondition(
            range.lowerBound.isFinite && range.upperBound.isFinite, "Axis: the range \(range)")
        self.label = label
        self.showsTicks = showsTicks
        // An empty range has no scale.
        let isEmpty = range.upperBound - range.lowerBound < 1e-12 * (1 + abs(range.lowerBound))
        let half = isEmpty ? 0.5 * (1 + abs(range.lowerBound)) : 0
        scale = .numbers((range.lowerBound - half)...(range.upperBound + half))
    }

    /// An axis of names.
    public init(_ label: String, names: [String], showsTicks: Bool = true) {
        self.label = label
        self.showsTicks = showsTicks
        scale = .names(names)
    }

    /// An axis that holds all finite values, with a little room at both ends.
    public init(_ label: String, holding values: [Double]) {
        let finite = values.filter(\.isFinite)
        let low = finite.min() ?? 0
        let high = finite.max() ?? 1
        let room = 0.04 * (high - low)
        self.init(label, (low - room)...(high + room))
    }

    var range: ClosedRange<Double> {
        switch scale {
        case .numbers(let range): range
        case .names(let names): -0.5...(Double(max(1, names.count)) - 0.5)
        }
    }

    /// Round numbers, or the names.
    var ticks: [Tick] {
        guard showsTicks else { return [] }
        switch scale {
        case .names(let names):
            return names.enumerated().map { Tick(place: Double($0), text: $1) }
        case .numbers(let range):
            return Self.roundNumbers(in: range)
        }
    }

    /// Four to nine numbers that are 1, 2 or 5 times a power of ten apart.
    private static func roundNumbers(in range: ClosedRange<Double>) -> [Tick] {
        let span = range.upperBound - range.lowerBound
        let power = pow(10, (log10(span / 5)).rounded(.down))
        let step = power * ([1.0, 2, 5].last { $0 * power <= span / 4 } ?? 1)
        let first = (range.lowerBound / step - 1e-9).rounded(.up)
        let last = (range.upperBound / step + 1e-9).rounded(.down)
        guard first <= last, last - first < 50 else { return [] }
        let digits = max(0, -Int((log10(step) + 1e-9).rounded(.down)))
        return stride(from: first, through: last, by: 1).map { index in
            // No "-0".
            let place = index == 0 ? 0 : index * step
            let text =
                digits > 6 || abs(place) >= 1e7
                ? String(format: "%.3g", place) : String(format: "%.\(digits)f", place)
            return Tick(place: place, text: text.replacing("-", with: "\u{2212}"))
        }
    }
}
