import PlumblineMetrics

/// A score of an explanation of one image.
///
/// A metric is one file: a type that conforms to this protocol, and one line of registration
/// (``MetricRegistry/register(_:)``). `Examples/CustomMetric` is one.
public protocol Metric: Sendable {
    /// What is measured first of all; its name is the metric's name in configurations and tables.
    var quantity: Quantity { get }

    /// Other quantities that come with it, such as how much of a score is due to ties.
    var companions: [Quantity] { get }

    /// What the metric reads. An image that lacks it gets a missing score with the reason, and the
    /// metric is not asked.
    var needs: Needs { get }

    /// The scores of one image: at least one of the quantity, more where an image has parts.
    ///
    /// A score depends on the evidence alone: not on the other images, their order, or threads.
    ///
    /// - Throws: an error where the evidence cannot be read, such as a damaged mask. A value that
    ///   is not defined is no error but a missing score.
    func scores(_ evidence: Evidence) throws -> [Score]
}

extension Metric {
    public var name: String { quantity.name }
    public var companions: [Quantity] { [] }
    /// Everything that it may score.
    public var quantities: [Quantity] { [quantity] + companions }
}

/// What a metric reads of its evidence.
public struct Needs: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The relevance of the image.
    public static let map = Needs(rawValue: 1 << 0)
    /// The mask of the explained class.
    public static let mask = Needs(rawValue: 1 << 1)
    /// The model, by ``Evidence/probe``.
    public static let model = Needs(rawValue: 1 << 2)
    /// The explanation, to explain other images by ``Probe/relevance(of:seed:)``.
    public static let explanation = Needs(rawValue: 1 << 3)
}

extension Evidence {
    /// The scores of some metrics, each with every one of its quantities or the reason why it has
    /// none.
    ///
    /// - Throws: an error where the mask cannot be read, and what the metrics throw.
    public func scores(_ metrics: [any Metric]) throws -> [Score] {
        try metrics.flatMap { metric in
            if metric.needs.contains(.mask), try mask() == nil {
                return metric.missing(.noMask)
            }
            return try metric.scores(self)
        }
    }
}

extension Metric {
    /// The scores of an image that the metric cannot judge.
    public func missing(_ reason: MissingReason) -> [Score] {
        quantities.map { Score($0.name, .missing(reason)) }
    }
}
