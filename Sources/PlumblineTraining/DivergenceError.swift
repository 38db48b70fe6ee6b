/// A loss or a gradient that is no longer finite.
public struct DivergenceError: Error, CustomStringConvertible {
    public let description: String
}
