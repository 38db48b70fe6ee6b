/// Why there is no report.
public struct ReportError: Error, CustomStringConvertible {
    public let description: String
    init(_ problem: some CustomStringConvertible) { description = problem.description }
    init(_ file: String, _ problem: String) { description = "\(file): \(problem)" }
}
