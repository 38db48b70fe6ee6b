import Foundation

/// A text file of names: of classes or of images.
public enum NameFile {
    /// The names in a file, one per line.
    ///
    /// Spaces around a name are removed, and empty lines at the end are passed over.
    ///
    /// - Parameter option: of the command, for errors.
    /// - Throws: ``ConfigurationError`` for a file that cannot be read or has no name, for an empty
    ///   line between names, and for a name that is given twice.
    public static func read(_ path: String, option: String) throws -> [String] {
        guard let data = FileManager.default.contents(atPath: path), data.count <= 16 << 20 else {
            throw ConfigurationError(
                option, path, "no such file, not readable, or larger than 16 MB")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw ConfigurationError(option, path, "is not a text in UTF-8")
        }
        var names = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map {
            $0.trimmingCharacters(in: .whitespaces.union(["\u{FEFF}"]))
        }
        while names.last == "" { names.removeLast() }
        guard !names.isEmpty else {
            throw ConfigurationError(option, path, "has no names; one per line")
        }
        var lines: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            guard !name.isEmpty else {
                throw ConfigurationError(option, path, "line \(index + 1) is empty")
            }
            if let first = lines.updateValue(index + 1, forKey: name) {
                throw ConfigurationError(
                    option, path,
                    "line \(index + 1) has \(name) again, as line \(first)")
            }
        }
        return names
    }
}
