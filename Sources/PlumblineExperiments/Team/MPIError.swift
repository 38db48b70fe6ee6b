/// Why processes cannot train together.
public struct MPIError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
