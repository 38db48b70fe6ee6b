/// What is wrong with a file: which one, where in it, and what would be right.
public struct StorageError: Error, CustomStringConvertible {
    public let description: String
    public init(_ path: String, _ problem: String) { description = "\(path): \(problem)" }
}
