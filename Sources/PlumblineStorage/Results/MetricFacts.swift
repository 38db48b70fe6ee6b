/// What a metric of a results file measures: attributes of `/metrics/<name>`.
public struct MetricFacts: Sendable, Equatable {
    /// Its name in tables.
    public var title: String
    /// `higher is better`, `lower is better`, or `descriptive`.
    public var direction: String
    /// Empty for a share.
    public var unit: String
    public var definition: String

    public init(title: String, direction: String, unit: String = "", definition: String) {
        self.title = title
        self.direction = direction
        self.unit = unit
        self.definition = definition
    }

    /// Whether larger or smaller values are better.
    ///
    /// Only then does a gap have a meaning.
    public var isJudgement: Bool { direction != "descriptive" }
}
