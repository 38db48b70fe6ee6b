extension String {
    /// The text with every control character replaced, for a terminal, a log line or a table.
    ///
    /// Names that come from a file may hold escape sequences or line ends. A line end becomes a
    /// space; any other control or formatting character becomes U+FFFD.
    public var printable: String {
        guard unicodeScalars.contains(where: Self.isUnprintable) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            if scalar == "\n" || scalar == "\r" || scalar == "\t" {
                result.append(" ")
            } else if Self.isUnprintable(scalar) {
                result.append("\u{FFFD}")
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
        default: false
        }
    }
}
