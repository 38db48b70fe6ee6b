/// Thrown if a run ends early because of a signal.
public struct Interrupted: Error, CustomStringConvertible {
    public let description: String
}
