import PlumblineMetrics

/// A ``Binarisation`` with the name that a metric has for it: `iou:otsu`, `iou:top_0.05`.
public struct BinarisationRule: Sendable, Equatable {
    public let binarisation: Binarisation
    /// `:otsu`; empty for the default rule.
    let suffix: String

    /// The default of Shared Interest: the mean plus one standard deviation.
    public init() {
        binarisation = .meanPlus(deviations: 1)
        suffix = ""
    }

    /// - Parameter name: `top_SHARE`, `percentile_SHARE`, `std_NUMBER`, `range_SHARE` or `otsu`.
    /// - Throws: ``MetricError`` for another name, or a number out of range.
    public init(_ name: String) throws {
        binarisation = try Self.binarisation(name)
        suffix = ":\(name)"
    }

    private static func binarisation(_ name: String) throws -> Binarisation {
        if name == "otsu" { return .otsu }
        let parts = name.split(separator: "_", maxSplits: 1)
        guard parts.count == 2, let number = Double(parts[1]), number.isFinite else {
            throw unknown(name)
        }
        switch parts[0] {
        case "top" where number > 0 && number <= 1: return .top(share: number)
        case "percentile" where (0...1).contains(number): return .percentile(number)
        case "std" where (-10...10).contains(number): return .meanPlus(deviations: number)
        case "range" where number >= 0 && number < 1: return .shareOfRange(number)
        default: throw unknown(name)
        }
    }

    private static func unknown(_ name: String) -> MetricError {
        MetricError(
            "\(name) is no rule for the explained region; the rules are top_0.05 (share of the "
                + "pixels), percentile_0.9, std_1 (mean plus standard deviations), range_0.5 "
                + "(share of the range) and otsu")
    }

    /// What the explained region is, for definitions.
    var meaning: String {
        switch binarisation {
        case .top(let share): "the \(share) of the pixels with the largest values"
        case .percentile(let share): "values of at least percentile \(share)"
        case .meanPlus(let deviations): "values of at least mean + \(deviations) std"
        case .shareOfRange(let share): "values above \(share) of the range"
        case .otsu: "values above Otsu's threshold"
        }
    }
}
