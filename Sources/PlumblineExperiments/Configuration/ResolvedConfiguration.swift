/// A configuration whose settings fit together, with the index of its target class.
///
/// ``Configuration/validated()`` makes one. So its target is always one of its classes.
public struct ResolvedConfiguration: Sendable {
    public let configuration: Configuration
    /// The index of the target in `data.classes`.
    public let target: Int

    /// - Throws: ``ConfigurationError`` if the target is not one of the classes.
    init(_ configuration: Configuration) throws {
        let data = configuration.data
        guard let target = data.classes.firstIndex(of: data.target) else {
            throw ConfigurationError(
                configuration.file, "data.target",
                "\(data.target) is not among data.classes (\(data.classes.joined(separator: ", ")))"
            )
        }
        self.configuration = configuration
        self.target = target
    }
}
