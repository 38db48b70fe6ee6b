/// One number about the images: a row of the long table of `plumbline data --csv`.
public struct DataRow: Sendable, Equatable {
    public let section: String
    /// Empty for a number of the whole section.
    public let className: String
    /// What is counted or measured, such as `positives`.
    public let what: String
    public let value: Double

    /// Section, class, what and value, as the file has them.
    public var fields: [String] { [section, className, what, Self.text(value)] }

    /// The shortest text that reads back as the same number.
    static func text(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    }
}
