import Foundation
import PlumblineData

/// A score that was read from an answer, with its texts.
///
/// Read strictly: one JSON object, alone or in one fence, with a `score`; or a text with
/// `Score: n` or `n/5`. A text with two different scores, a score out of 0 to 5, a range or
/// another scale has none.
package struct ScoreAnswer: Equatable {
    package var score: Double
    package var evaluation = ""
    package var justification = ""

    /// - Parameter content: the answer, with its thinking.
    package init?(_ content: String) {
        let text = AnswerText.withoutThinking(content)
        if let fields = AnswerText.object(text) {
            guard let score = Self.score(fields["score"]) else { return nil }
            self.score = score
            evaluation = Self.text(fields["evaluation"])
            justification = Self.text(fields["justification"])
            return
        }
        guard let score = Self.score(inText: text) else { return nil }
        self.score = score
        evaluation = text
    }

    private static func text(_ value: JSONValue?) -> String {
        if case .text(let text)? = value { text } else { "" }
    }

    private static func score(_ value: JSONValue?) -> Double? {
        switch value {
        case .number(let number): return (0...5).contains(number) ? number : nil
        case .text(let text):
            guard let match = text.wholeMatch(of: #/\s*([0-5](?:\.[0-9]+)?)\s*(?:\/\s*5)?\s*/#),
                let number = Double(match.1), number <= 5
            else { return nil }
            return number
        default: return nil
        }
    }

    /// The one score that a text states in all places where it states one.
    ///
    /// Repetitions in the patterns have bounds: without, a long run of digits or spaces would take
    /// time by its square.
    private static func score(inText text: String) -> Double? {
        var scores: Set<Double> = []
        let named =
            #/
            (?i)\b score \b [*_`]{0,4} \s{0,20} (?: \([^()\n]{0,20}\) )?
            [*_`\s]{0,20} [:=] [*_`\s]{0,20} (-?[0-9]{1,3}(?:\.[0-9]{1,17})?)
            /#
        for match in text.matches(of: named) {
            guard isComplete(text[match.range.upperBound...]), let score = Double(match.1) else {
                return nil
            }
            scores.insert(score)
        }
        let fraction = #/(-?[0-9]{1,3}(?:\.[0-9]{1,17})?)\s{0,20}\/\s{0,20}5(?![0-9])/#
        for match in text.matches(of: fraction) {
            let before = text[..<match.range.lowerBound].last
            let after = text[match.range.upperBound...]
            let isPartOfMore =
                before.map { $0.isLetter || $0.isNumber || "./".contains($0) } ?? false
                || after.prefixMatch(of: #/\.[0-9]|\/|%/#) != nil
            guard !isPartOfMore, let score = Double(match.1) else { return nil }
            scores.insert(score)
        }
        guard scores.count == 1, let score = scores.first, (0...5).contains(score) else {
            return nil
        }
        return score
    }

    /// Whether a number ends here, and is no range and of no other scale.
    private static func isComplete(_ rest: Substring) -> Bool {
        if let scale = rest.prefixMatch(of: #/\s{0,20}(?:\/|out\s{1,20}of)\s{0,20}([0-9]{1,9})/#) {
            return scale.1 == "5"
        }
        if rest.prefixMatch(of: #/\s{0,20}(?:-|–|—|to\b|or\b)\s{0,20}[0-9]/#) != nil {
            return false
        }
        return rest.prefixMatch(of: #/[A-Za-z0-9%]|[.,][0-9]/#) == nil
    }
}
