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
            field.unicodeScalars.contains { [",", "\"", "\n", "\r"].contains($0) }
            || field.hasPrefix(" ") || field.hasSuffix(" ")
        guard isSpecial else { return field }
        return "\"" + field.replacing("\"", with: "\"\"") + "\""
    }
}
