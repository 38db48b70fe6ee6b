/// A method that is not defined on a model, a setting that is not possible, or a request that does
/// not fit its model.
public struct ExplanationError: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }

    /// - Throws: ``ExplanationError`` if a setting is below 1.
    static func requirePositive(_ value: Int, _ setting: String, of method: String) throws {
        guard value > 0 else {
            throw ExplanationError("\(method): \(setting) is \(value); it must be 1 or more")
        }
    }
}
