extension Collection where Element == String {
    /// The name that a mistyped name probably means: the one with the fewest changed letters, if
    /// they are at most a third of the letters.
    ///
    /// Upper and lower case, and `-` and `_`, count as the same letter.
    public func nearest(to name: String) -> String? {
        guard name.count <= longest else { return nil }
        let most = Swift.max(1, name.count / 3)
        let scored = map { (name: $0, distance: Self.distance(name, $0)) }
        guard let best = scored.min(by: { $0.distance < $1.distance }), best.distance <= most else {
            return nil
        }
        return best.name
    }

    /// A longer text is no mistyped name.
    private var longest: Int { 100 }

    /// `; did you mean X?` where a name is near, and nothing otherwise.
    public func hint(for name: String) -> String {
        nearest(to: name).map { "; did you mean \($0)?" } ?? ""
    }

    /// The number of letters that are inserted, removed, replaced, or swapped with the next one
    /// (the restricted distance of Damerau and Levenshtein).
    private static func distance(_ first: String, _ second: String) -> Int {
        func letters(_ text: String) -> [Character] {
            text.lowercased().map { $0 == "-" || $0 == " " ? "_" : $0 }
        }
        let (a, b) = (letters(first), letters(second))
        var before: [Int] = []
        var above = Array(0...b.count)
        for row in 0..<a.count {
            var line = [row + 1]
            for column in 0..<b.count {
                var least = Swift.min(
                    above[column + 1] + 1, line[column] + 1,
                    above[column] + (a[row] == b[column] ? 0 : 1))
                if row > 0, column > 0, a[row] == b[column - 1], a[row - 1] == b[column] {
                    least = Swift.min(least, before[column - 1] + 1)
                }
                line.append(least)
            }
            (before, above) = (above, line)
        }
        return above[b.count]
    }
}
