/// A curve of one image whose score is in `/scores`: some rows of the long table `/metric_curves`.
///
/// A row is one step: run, image, metric, series, scenario, explanation, step, share and value. The
/// last two of the texts repeat what `/runs` says, so that one table is enough for a reader in
/// Python.
public struct CurveResult: Sendable, Equatable {
    public var run: String
    public var image: String
    /// The name of the metric, described by ``Results/metrics``.
    public var metric: String
    /// What tells the curves of one metric apart; empty for a single one.
    public var series: String
    /// What share is changed at each step, from 0 to 1.
    public var shares: [Double]
    /// One per share; NaN where there is no value.
    public var values: [Double]

    public init(
        run: String, image: String, metric: String, series: String = "", shares: [Double],
        values: [Double]
    ) {
        self.run = run
        self.image = image
        self.metric = metric
        self.series = series
        self.shares = shares
        self.values = values
    }
}
