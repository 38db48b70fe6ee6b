/// A pattern that names match, such as `features.*` or `*.bias`.
///
/// `*` stands for any letters, also none, and `?` for one letter. Dots are letters too.
public struct NamePattern: Sendable, Equatable {
    /// The most letters that a pattern may have.
    public static let longest = 200

    public let text: String
    private let letters: [Character]

    /// - Returns: `nil` if `text` is empty or has more than ``longest`` letters.
    public init?(_ text: String) {
        guard !text.isEmpty, text.count <= Self.longest else { return nil }
        self.text = text
        letters = Array(text)
    }

    /// Whether the whole of `name` matches.
    public func matches(_ name: String) -> Bool { distance(to: name) == 0 }

    /// The name that needs the fewest changed letters to match, the first of equals.
    ///
    /// `nil` for no names.
    public func nearest(of names: some Sequence<String>) -> String? {
        let scored = names.map { (name: $0, distance: distance(to: $0)) }
        return scored.min { $0.distance < $1.distance }?.name
    }

    /// The number of letters that are inserted, removed or replaced until `name` matches
    /// (Levenshtein's distance; what `*` stands for costs nothing).
    func distance(to name: String) -> Int {
        let name = Array(name)
        var above = Array(0...name.count)
        for letter in letters {
            var line = [above[0] + (letter == "*" ? 0 : 1)]
            for column in name.indices {
                if letter == "*" {
                    line.append(min(above[column + 1], line[column]))
                    continue
                }
                let isSame = letter == "?" || letter == name[column]
                line.append(
                    min(
                        above[column + 1] + 1, line[column] + 1,
                        above[column] + (isSame ? 0 : 1)))
            }
            above = line
        }
        return above[name.count]
    }
}
