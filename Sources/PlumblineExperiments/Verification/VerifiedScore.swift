import PlumblineStorage

/// A stored number beside the one that was computed again.
public struct VerifiedScore: Sendable, Equatable {
    public let run: String
    public let image: String
    /// The metric, or `logit` or `probability` of the prediction.
    public let metric: String
    public let part: String
    /// A number, or the reason why there is none.
    public let stored: String
    public let computed: String
    /// Whether both have the same bits, or the same reason.
    public let isEqual: Bool

    init(
        _ row: ScoreResult, computed value: Double?, reason: String
    ) {
        run = row.run
        image = row.image
        metric = row.metric
        part = row.part
        stored = row.value.map { "\($0)" } ?? row.reason
        computed = value.map { "\($0)" } ?? reason
        isEqual =
            row.value.map { $0.bitPattern } == value.map { $0.bitPattern }
            && (row.value != nil || row.reason == reason)
    }
}
