import Foundation

/// The names of classes on a command line.
public enum ClassNames {
    /// The names in a file, one per line.
    ///
    /// Spaces around a name are removed, and empty lines at the end are passed over.
    ///
    /// - Throws: ``ConfigurationError`` for a file that cannot be read or has no name, for an empty
    ///   line between names, and for a name that is given twice.
    public static func read(_ path: String) throws -> [String] {
        guard let data = FileManager.default.contents(atPath: path), data.count <= 16 << 20 else {
            throw ConfigurationError(
                "--classes-file", path, "no such file, not readable, or larger than 16 MB")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw ConfigurationError("--classes-file", path, "is not a text in UTF-8")
        }
        var names = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map {
            $0.trimmingCharacters(in: .whitespaces.union(["\u{FEFF}"]))
        }
        while names.last == "" { names.removeLast() }
        guard !names.isEmpty else {
            throw ConfigurationError("--classes-file", path, "has no names; one per line")
        }
        var lines: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            guard !name.isEmpty else {
                throw ConfigurationError("--classes-file", path, "line \(index + 1) is empty")
            }
            if let first = lines.updateValue(index + 1, forKey: name) {
                throw ConfigurationError(
                    "--classes-file", path,
                    "line \(index + 1) has \(name) again, as line \(first)")
            }
        }
        return names
    }

    /// - Parameter text: names separated by commas. Spaces around a name are removed.
    /// - Throws: ``ConfigurationError`` for an empty name, for a name that is given twice, and for
    ///   a single number, which is likely meant as a count.
    public static func parsed(_ text: String, option: String) throws -> [String] {
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        if names.count == 1, Int(names[0]) != nil {
            throw ConfigurationError(
                option, names[0],
                "give the names of the classes, not their number: for example A,B or 1,2,3")
        }
        if let index = names.firstIndex(of: "") {
            throw ConfigurationError(
                option, text, "name \(index + 1) is empty; give names separated by commas")
        }
        var seen: Set<String> = []
        if let twice = names.first(where: { !seen.insert($0).inserted }) {
            throw ConfigurationError(option, twice, "is given twice; each class needs its own name")
        }
        return names
    }
}
