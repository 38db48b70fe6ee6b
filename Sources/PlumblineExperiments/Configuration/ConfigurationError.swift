/// A problem with a configuration.
///
/// It names the file, the key, and what would be right.
public struct ConfigurationError: Error, CustomStringConvertible {
    public let description: String

    init(_ file: String, _ key: String, _ problem: String) {
        description = "\(file): \(key): \(problem)"
    }
}
