/// A method that is not defined on a model, a setting that is not possible, or a request that does
/// not fit its model.
public struct ExplanationError: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
