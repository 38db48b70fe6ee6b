import Foundation

/// The names of classes on a command line.
public enum ClassNames {
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
