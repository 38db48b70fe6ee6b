import Foundation

/// The meaning of a cell of a label file, as pandas, R and spreadsheets write it.
enum LabelCell {
    /// What `pandas.read_csv` reads as a missing value, in lower case.
    private static let missing: Set = [
        "", "#n/a", "#n/a n/a", "#na", "-1.#ind", "-1.#qnan", "-nan", "1.#ind", "1.#qnan", "<na>",
        "n/a", "na", "nan", "none", "null",
    ]

    static func isMissing(_ text: String) -> Bool {
        missing.contains(text.trimmingCharacters(in: .whitespaces).lowercased())
    }

    /// 1, 0 or -1 (uncertain); `nil` where the cell says anything else.
    static func label(_ text: String) -> Float? {
        let text = text.trimmingCharacters(in: .whitespaces)
        switch text.lowercased() {
        case "true": return 1
        case "false": return 0
        default: return Float(text).flatMap { [-1, 0, 1].contains($0) ? $0 : nil }
        }
    }

    /// The name of a group; `nil` where the cell has none.
    ///
    /// pandas may turn a whole number into a real one (`10000032.0`). The name is then the whole
    /// number.
    static func group(_ text: String) -> String? {
        guard !isMissing(text) else { return nil }
        let text = text.trimmingCharacters(in: .whitespaces)
        guard text.hasSuffix(".0"), text.dropLast(2).utf8.allSatisfy({ (48...57).contains($0) })
        else { return text }
        return String(text.dropLast(2))
    }
}
