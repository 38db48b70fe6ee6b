import PlumblineMetrics

/// Scores the explanation of one image.
///
/// A metric is one file: a type that conforms to this protocol, and one line of registration
/// (``MetricRegistry/register(_:)``). `Examples/CustomMetric` is one.
public protocol Metric: Sendable {
    /// The main quantity. Its name is the name of the metric in configurations and tables.
    var quantity: Quantity { get }

    /// Further quantities, such as the part of a score that is due to ties.
    var companions: [Quantity] { get }

    /// What the metric reads.
    ///
    /// An image that lacks it gets a missing score with the reason, without a call of
    /// ``scores(_:)``.
    var needs: Needs { get }

    /// The scores of one image: at least one of the main quantity, and one per part if the image
    /// has parts.
    ///
    /// A score must depend on the evidence alone: not on other images, their order, or threads.
    ///
    /// - Throws: an error if the evidence cannot be read, such as a damaged mask. An undefined
    ///   value is a missing score, not an error.
    func scores(_ evidence: Evidence) throws -> [Score]
}

extension Metric {
    public var name: String { quantity.name }
    public var companions: [Quantity] { [] }
    /// All quantities that the metric can score.
    public var quantities: [Quantity] { [quantity] + companions }
}

extension Evidence {
    /// The scores of some metrics.
    ///
    /// A metric whose needs are not met gets missing scores; a value that is not finite is missing
    /// too.
    ///
    /// - Throws: an error if the annotations cannot be read, what the metrics throw, and
    ///   ``MetricError`` for a score of a quantity that its metric does not declare.
    public func scores(_ metrics: [any Metric]) throws -> [Score] { try measure(metrics).scores }

    /// The scores of some metrics, as ``scores(_:)``, with the curves of those that have some.
    public func measure(
        _ metrics: [any Metric]
    ) throws -> (scores: [Score], curves: [Curve]) {
        var scores: [Score] = []
        var curves: [Curve] = []
        try map.prepare(metrics)
        for metric in metrics {
            if let reason = try map.missing(metric.needs) {
                scores += metric.missing(reason)
            } else if let metric = metric as? any CurveMetric {
                let measured = try metric.measure(self)
                scores += try metric.checked(measured.scores)
                curves += measured.curves
            } else {
                scores += try metric.checked(try metric.scores(self))
            }
        }
        return (scores, curves)
    }
}

extension Metric {
    /// The missing scores of an image that the metric cannot score.
    public func missing(_ reason: MissingReason) -> [Score] {
        quantities.map { Score($0.name, .missing(reason)) }
    }

    /// Its scores, with values that are not finite as missing ones.
    ///
    /// - Throws: ``MetricError`` for a score of a quantity that the metric does not declare.
    func checked(_ scores: [Score]) throws -> [Score] {
        let names = quantities.map(\.name)
        return try scores.map { score in
            guard names.contains(score.metric) else {
                throw MetricError(
                    "the metric \(name) gave a score of \(score.metric), which its quantities lack")
            }
            guard let value = score.value.value, !value.isFinite else { return score }
            return Score(score.metric, part: score.part, .missing(.notFinite))
        }
    }
}
