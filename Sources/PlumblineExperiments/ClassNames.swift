import Foundation

/// The names of classes on a command line.
public enum ClassNames {
    /// - Parameter text: names separated by commas; spaces around them do not belong to them.
    /// - Throws: ``ConfigurationError`` for an empty name, one that is there twice, and a number
    ///   that is likely meant as a count.
    public static func parsed(_ text: String, option: String) throws -> [String] {
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        if names.count == 1, Int(names[0]) != nil {
            throw ConfigurationError(
                option, names[0],
                "names of classes are wanted, not their number; such as A,B or, for numbered ones, 1,2,3"
            )
        }
        if let place = names.firstIndex(of: "") {
            throw ConfigurationError(
                option, text, "name \(place + 1) is empty; names separated by commas are wanted")
        }
        var seen: Set<String> = []
        if let twice = names.first(where: { !seen.insert($0).inserted }) {
            throw ConfigurationError(option, twice, "is there twice; each class has its own name")
        }
        return names
    }
}
