/// Rows of a comma-separated file, as RFC 4180 quotes them.
public enum CSVText {
    /// One row, without its line end.
    ///
    /// A field with a comma, a quote, a line end or a space at an end is quoted.
    public static func row(_ fields: [String]) -> String {
        fields.map(quoted).joined(separator: ",")
    }

    private static func quoted(_ field: String) -> String {
        let isSpecial =
            field.utf8.contains { special.contains($0) }
            || field.utf8.first == space || field.utf8.last == space
        guard isSpecial else { return field }
        return "\"" + field.replacing("\"", with: "\"\"") + "\""
    }

    private static let space = UInt8(ascii: " ")
    private static let special = ",\"\n\r".utf8.map { $0 }
}
