import PlumblineMetrics

/// A metric with one score that says how well a map agrees with a mask.
public protocol LocalisationMetric: MapMetric {
    func score(_ evidence: MapEvidence) throws -> Measured

    /// The expected score of the same map with its pixels shuffled.
    func chance(_ evidence: MapEvidence) throws -> Measured
}

extension LocalisationMetric {
    public func scores(_ evidence: MapEvidence) throws -> [Score] {
        [Score(name, try score(evidence))]
    }

    /// The share of the image that the mask covers: the chance level of several metrics.
    public func areaShare(_ evidence: MapEvidence) throws -> Measured {
        let mask = try evidence.requireMask()
        return .value(Double(try evidence.maskArea()) / Double(mask.pixels.count))
    }
}
