/// Why a regression cannot be computed, in words.
public struct RegressionError: Error, Equatable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
