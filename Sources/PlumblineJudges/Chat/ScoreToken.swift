import Foundation
import PlumblineData

/// A token of an answer that is a score from 0 to 5, with the probabilities of all six.
struct ScoreToken: Equatable {
    let digit: Int
    /// By score; 0 for one that the server does not list.
    let probabilities: [Double]

    /// The mean of the scores by their probabilities; `nil` without any.
    var expectation: Double? {
        let sum = probabilities.reduce(0, +)
        guard sum > 0, sum.isFinite else { return nil }
        return probabilities.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element } / sum
    }

    /// Of a longer answer, only the end is looked through.
    private static let mostTokens = 4096

    /// The tokens of `logprobs.content` that stand behind `score:`, or before `/5`.
    static func tokens(_ list: [JSONValue]) -> [ScoreToken] {
        let list = Array(list.suffix(mostTokens))
        let texts = list.map { entry -> String in
            guard case .object(let fields) = entry, case .text(let text)? = fields["token"] else {
                return ""
            }
            return text
        }
        var before = ""
        var result: [ScoreToken] = []
        for (index, entry) in list.enumerated() {
            if let digit = digit(texts[index]), case .object(let fields) = entry {
                let after = texts[(index + 1)...].prefix(3).joined()
                let isScore =
                    before.firstMatch(of: introduction) != nil
                    || after.prefixMatch(of: #/\s*\/\s*5(?![0-9])/#) != nil
                if isScore, after.first?.isNumber != true {
                    result.append(
                        ScoreToken(digit: digit, probabilities: probabilities(fields, digit)))
                }
            }
            before = String((before + texts[index]).suffix(60))
        }
        return result
    }

    private static var introduction: Regex<Substring> {
        #/(?i)\bscore\b["'*_`\s]*[:=]["'*_`\s]*$/#
    }

    /// The score that a token is; `nil` for another token.
    private static func digit(_ token: String) -> Int? {
        let text = token.trimmingCharacters(in: .whitespaces)
        guard text.utf8.count == 1, let digit = Int(text), digit <= 5 else { return nil }
        return digit
    }

    private static func probabilities(_ fields: [String: JSONValue], _ digit: Int) -> [Double] {
        var result = [Double](repeating: 0, count: 6)
        func add(_ entry: [String: JSONValue]) {
            guard case .text(let token)? = entry["token"], let digit = Self.digit(token),
                case .number(let logarithm)? = entry["logprob"], logarithm <= 1e-3
            else { return }
            result[digit] += exp(logarithm)
        }
        if case .list(let alternatives)? = fields["top_logprobs"] {
            for case .object(let entry) in alternatives { add(entry) }
        }
        // A server may list the alternatives without the token that it chose.
        if result[digit] == 0 { add(fields) }
        return result
    }
}
