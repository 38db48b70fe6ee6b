/// One value of one metric of one image: a row of the long table `/scores`.
public struct ScoreResult: Sendable, Equatable {
    public var run: String
    public var image: String
    /// The name of the metric, described by ``Results/metrics``.
    public var metric: String
    /// The part of the image that is scored; empty for the whole image.
    public var part: String
    /// `nil` (in the file NaN) if the value is missing.
    public var value: Double?
    /// Why there is no value; empty if there is one.
    public var reason: String

    public init(
        run: String, image: String, metric: String, part: String = "", value: Double?,
        reason: String = ""
    ) {
        self.run = run
        self.image = image
        self.metric = metric
        self.part = part
        self.value = value
        self.reason = reason
    }
}
