/// What a list of formats says about one of them.
public struct FormatDescription: Sendable, Equatable {
    /// How configurations call the format.
    public var name: String
    /// What it reads, in one line; may be empty.
    public var summary: String
    public var options: [FormatOption]

    public init(_ name: String, summary: String = "", options: [FormatOption] = []) {
        self.name = name
        self.summary = summary
        self.options = options
    }
}
