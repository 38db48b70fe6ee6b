import PlumblineMetrics

/// One value of one quantity of one image.
public struct Score: Sendable, Equatable {
    /// The name of the ``Quantity``.
    public var metric: String
    /// The part of the image that is scored; `nil` for the whole image.
    public var part: String?
    /// The value, or the reason why there is none.
    public var value: Measured

    public init(_ metric: String, part: String? = nil, _ value: Measured) {
        self.metric = metric
        self.part = part
        self.value = value
    }
}
