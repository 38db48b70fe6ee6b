/// A problem with a file.
///
/// It names the file, the place in it, and what would be right.
public struct StorageError: Error, CustomStringConvertible {
    public let description: String
    public init(_ path: String, _ problem: String) { description = "\(path): \(problem)" }
}
