import Foundation
import PlumblineData

/// The text of an answer, without what is not the answer.
enum AnswerText {
    /// The text without the model's thinking.
    ///
    /// Some servers begin the thinking themselves, so that only its end is in the answer. Thinking
    /// that does not end has no answer behind it.
    static func withoutThinking(_ text: String) -> String {
        var result = text
        for (opening, closing) in [
            ("<think>", "</think>"), ("<thinking>", "</thinking>"), ("[THINK]", "[/THINK]"),
        ] {
            while let start = result.range(of: opening, options: .caseInsensitive),
                let end = result.range(
                    of: closing, options: .caseInsensitive,
                    range: start.upperBound..<result.endIndex)
            {
                result.removeSubrange(start.lowerBound..<end.upperBound)
            }
            let backwards: String.CompareOptions = [.caseInsensitive, .backwards]
            if let end = result.range(of: closing, options: backwards) {
                result.removeSubrange(result.startIndex..<end.upperBound)
            }
            if let start = result.range(of: opening, options: .caseInsensitive) {
                result.removeSubrange(start.lowerBound..<result.endIndex)
            }
        }
        return result.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The one JSON object that an answer is, alone or in one fence of three backticks.
    ///
    /// - Returns: `nil` for another text, and for several fenced objects.
    static func object(_ text: String) -> [String: JSONValue]? {
        func read(_ text: String) -> [String: JSONValue]? {
            guard case .object(let fields)? = try? JSONValue(Data(text.utf8), file: "answer") else {
                return nil
            }
            return fields
        }
        if let fields = read(text) { return fields }
        let fences = text.matches(of: #/(?s)```[A-Za-z]*\s*\n?(.*?)```/#)
        let objects = fences.compactMap { read(String($0.1)) }
        return objects.count == 1 ? objects[0] : nil
    }
}
