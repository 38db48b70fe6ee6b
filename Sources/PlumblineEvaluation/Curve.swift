/// How the answer of a model or a map changes step by step: what a score sums up.
public struct Curve: Sendable, Equatable {
    /// The name of the ``Quantity`` that the curve belongs to.
    public var metric: String
    /// What tells the curves of one quantity apart; empty for a single one.
    public var series: String
    /// What share is changed at each step, from 0 to 1.
    public var shares: [Double]
    /// The value at each step; NaN where it does not exist.
    public var values: [Double]

    /// - Parameter values: as many as `shares`.
    public init(_ metric: String, series: String = "", shares: [Double], values: [Double]) {
        precondition(
            shares.count == values.count, "Curve: \(values.count) values at \(shares.count) steps")
        self.metric = metric
        self.series = series
        self.shares = shares
        self.values = values
    }
}
