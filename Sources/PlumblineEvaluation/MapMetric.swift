import PlumblineMetrics

/// Scores a map by the annotations of its image alone: it asks nothing of a model.
///
/// So it also scores maps that another program made (`plumbline score`).
public protocol MapMetric: Metric {
    /// The scores of one map: one of the main quantity at least, and one per part if it has parts.
    func scores(_ evidence: MapEvidence) throws -> [Score]
}

extension MapMetric {
    public func scores(_ evidence: Evidence) throws -> [Score] { try scores(evidence.map) }
}

extension MapEvidence {
    /// The scores of some metrics, as ``Evidence/scores(_:)``.
    public func scores(_ metrics: [any MapMetric]) throws -> [Score] {
        try prepare(metrics)
        return try metrics.flatMap { metric in
            if let reason = try missing(metric.needs) { return metric.missing(reason) }
            return try metric.checked(try metric.scores(self))
        }
    }

    /// Computes what several metrics need, before the first of them.
    func prepare(_ metrics: [any Metric]) throws {
        if metrics.contains(where: { $0.needs.contains(.pixelOrder) }) { _ = try pixelRanking() }
    }

    /// Why a metric of some needs cannot score the map; `nil` if it can.
    func missing(_ needs: Needs) throws -> MissingReason? {
        if needs.contains(.mask), try mask() == nil { return .noMask }
        if needs.contains(.box), try boxes() == nil { return .noBox }
        if needs.contains(.parts), try parts().isEmpty { return .noParts }
        if needs.contains(.correctness), isCorrect == nil { return .unknownCorrectness }
        return nil
    }
}
