/// A setting that a format has of its own.
public struct FormatOption: Sendable, Equatable, ExpressibleByStringLiteral {
    public var name: String
    /// What it does, in one line; may be empty.
    public var meaning: String

    public init(_ name: String, _ meaning: String) {
        self.name = name
        self.meaning = meaning
    }

    /// An option without an explanation.
    public init(stringLiteral name: String) { self.init(name, "") }
}
