/// A setting of a judge is wrong, or a report cannot be accepted.
public struct JudgeError: Error, CustomStringConvertible {
    public let description: String
    public init(_ place: String, _ problem: String) { description = "\(place): \(problem)" }
}

/// A server cannot be used at all, for any picture.
public struct ServerError: Error, CustomStringConvertible {
    public let description: String
    public init(_ place: String, _ problem: String) { description = "\(place): \(problem)" }
}
