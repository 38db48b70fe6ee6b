import Foundation
import PlumblineData

/// What a chat model answered.
struct ChatReply: Equatable {
    var content: String
    /// The model's name as the server gives it.
    var model = ""
    var promptTokens: Int?
    var completionTokens: Int?
    /// The tokens of the answer that may be a score.
    var scoreTokens: [ScoreToken] = []
    var isFromCache = false

    /// Reads the body of an answer of `chat/completions`.
    ///
    /// - Parameter redacted: takes the key out of a text.
    /// - Throws: ``DatasetError`` for a body of another form.
    init(_ body: Data, redacted: (String) -> String) throws {
        let file = "the server's answer"
        guard case .object(let fields) = try JSONValue(body, file: file),
            case .list(let choices)? = fields["choices"], case .object(let choice)? = choices.first,
            case .object(let message)? = choice["message"]
        else { throw DatasetError(file, "has no choices with a message") }
        let text = Self.text(message["content"])
        content = String(redacted(text).prefix(Self.mostCharacters))
        if case .text(let name)? = fields["model"] { model = String(redacted(name).prefix(200)) }
        if case .object(let usage)? = fields["usage"] {
            promptTokens = usage["prompt_tokens"]?.whole
            completionTokens = usage["completion_tokens"]?.whole
        }
        if case .object(let probabilities)? = choice["logprobs"],
            case .list(let tokens)? = probabilities["content"]
        {
            scoreTokens = ScoreToken.tokens(tokens)
        }
    }

    init(content: String) { self.content = content }

    private static let mostCharacters = 65_536

    /// The content of a message: a text, or a list of parts.
    private static func text(_ value: JSONValue?) -> String {
        switch value {
        case .text(let text): return text
        case .list(let parts):
            return parts.compactMap { part in
                guard case .object(let fields) = part, case .text("text")? = fields["type"],
                    case .text(let text)? = fields["text"]
                else { return nil }
                return text
            }.joined()
        default: return ""
        }
    }
}
