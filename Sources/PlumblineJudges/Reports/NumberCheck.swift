import Foundation

/// Whether every number of a text is one of those that are known.
///
/// A number with two decimals or more may be a rounded one; a percentage stands for a share. Any
/// other number must be equal to one that is known. Digits in names are no numbers.
package struct NumberCheck {
    private let numbers: [Double]
    private let names: [String]

    /// Terms of the field that have a digit.
    private static let terms = [
        "PHQ1", "PHQ2", "PHQ3", "Q1", "Q2", "Q3", "q1", "q2", "q3", "top-1", "Top-1", "top1_error",
    ]

    /// - Parameter names: of classes, parts and so on. A name that is itself a number is not taken.
    package init(numbers: [Double], names: [String]) {
        self.numbers = numbers
        self.names = (names + Self.terms)
            .filter { name in
                name.contains(where: \.isNumber) && name.contains(where: \.isLetter)
            }
            .sorted { $0.count > $1.count }
    }

    /// The first number of a text that is not known; `nil` if all are.
    package func unknownNumber(in text: String) -> String? {
        let rest = withoutNames(text)
        if let digit = rest.first(where: { $0.isNumber && !$0.isASCII }) { return String(digit) }
        for match in rest.matches(of: #/-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\s?%?/#) {
            var token = String(match.0).filter { !$0.isWhitespace }
            // A hyphen behind a letter or digit is no sign.
            if let before = rest[..<match.range.lowerBound].last,
                before.isLetter || before.isNumber,
                token.hasPrefix("-")
            {
                token.removeFirst()
            }
            if !isKnown(token) { return token }
        }
        return nil
    }

    private func isKnown(_ token: String) -> Bool {
        let isPercentage = token.hasSuffix("%")
        let digits = isPercentage ? String(token.dropLast()) : token
        guard var value = Double(digits) else { return false }
        let hasExponent = digits.contains { $0 == "e" || $0 == "E" }
        var decimals =
            digits.firstIndex(of: ".").map {
                digits.distance(from: $0, to: digits.endIndex) - 1
            } ?? 0
        if isPercentage {
            value /= 100
            decimals += 2
        }
        let tolerance =
            decimals >= 2 && !hasExponent ? 0.5 * pow(10, -Double(decimals)) + 1e-12 : 1e-12
        return numbers.contains { abs($0 - value) <= tolerance }
    }

    /// The text with a space in the place of each name that stands alone.
    private func withoutNames(_ text: String) -> String {
        var result = text
        for name in names {
            var start = result.startIndex
            while let range = result.range(of: name, range: start..<result.endIndex) {
                let before = result[..<range.lowerBound].last
                let after = result[range.upperBound...].first
                let isWord = [before, after].allSatisfy { character in
                    character.map { !$0.isLetter && !$0.isNumber } ?? true
                }
                guard isWord else {
                    start = range.upperBound
                    continue
                }
                let offset = result.distance(from: result.startIndex, to: range.lowerBound)
                result.replaceSubrange(range, with: " ")
                start = result.index(result.startIndex, offsetBy: offset + 1)
            }
        }
        return result
    }
}
