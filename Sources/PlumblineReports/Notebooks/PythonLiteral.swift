/// Text as Python's source code.
enum PythonLiteral {
    /// A string in double quotes.
    ///
    /// Names come from outside: quotes, backslashes and control characters are escaped, so that no
    /// name ends its string.
    static func text(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case _ where scalar.value < 32 || (127...159).contains(scalar.value):
                let code = String(scalar.value, radix: 16)
                result += "\\x" + String(repeating: "0", count: 2 - code.count) + code
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// A list of strings.
    static func list(_ texts: [String]) -> String {
        "[" + texts.map(text).joined(separator: ", ") + "]"
    }
}
