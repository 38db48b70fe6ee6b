/// A report that cannot be made of what was asked: a column, metric or scenario that is not there.
public struct ReportRequestError: Error, CustomStringConvertible {
    public let description: String

    /// - Parameters:
    ///   - place: the option or file.
    ///   - problem: what is wrong, and what would be right.
    public init(_ place: String, _ problem: String) { description = "\(place): \(problem)" }
}
