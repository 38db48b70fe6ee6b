/// Which metrics serve a purpose.
///
/// After the advice of AutoTimm's guide to explanation metrics: faithfulness and sanity checks for
/// debugging, stability beside faithfulness for deployment, everything for research.
public enum MetricProfile: String, CaseIterable, Sendable {
    /// Does the map show what the model uses, and does it depend on the model at all?
    case debugging
    /// Does the map stay as it is when nothing that matters changes?
    case deployment
    /// Every metric.
    case research

    /// The names of the metrics, as ``MetricRegistry/make(_:)`` takes them.
    public func names() throws -> [String] {
        switch self {
        case .debugging:
            return Self.location + Self.faithfulness + [
                "randomisation", "random_class", "edge_similarity", "completeness_error",
            ]
        case .deployment:
            return Self.location + Self.faithfulness + [
                "noise_sensitivity", "max_sensitivity", "repeatability_rank",
            ]
        case .research: return try MetricRegistry.all().map(\.name)
        }
    }

    private static let location = [
        "mass_accuracy", "rank_accuracy", "pointing_game", "mask_area_share",
    ]
    private static let faithfulness = ["deletion", "insertion"]
}
