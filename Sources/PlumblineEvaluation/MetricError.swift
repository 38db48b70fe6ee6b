/// A metric is unknown, or cannot score an image.
public struct MetricError: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
