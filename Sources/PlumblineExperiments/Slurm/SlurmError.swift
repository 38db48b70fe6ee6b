/// Why jobs cannot be made or submitted.
public struct SlurmError: Error, CustomStringConvertible {
    public let description: String

    package init(_ description: String) { self.description = description }
}
