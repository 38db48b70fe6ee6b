import Foundation
import PlumblineData
import PlumblineStorage

/// Answers that were accepted, in a folder with one file per request.
///
/// A file is named by the SHA-256 of the model and of the sent bytes. Neither the key nor the
/// server's address is in it.
struct AnswerCache {
    let folder: String
    private static let schema = "plumbline.chat/1"

    /// - Returns: `nil` if there is no answer.
    /// - Throws: ``DatasetError`` for a file that is damaged.
    func reply(_ body: Data, model: String) throws -> ChatReply? {
        let path = path(body, model)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let data = try WholeFile.read(path, most: 1 << 20)
        guard case .object(let fields) = try JSONValue(data, file: path),
            case .text(Self.schema)? = fields["schema"],
            case .text(let content)? = fields["content"]
        else { throw DatasetError(path, "is no stored answer; remove it") }
        var reply = ChatReply(content: content)
        if case .text(let name)? = fields["model"] { reply.model = name }
        reply.promptTokens = fields["prompt_tokens"]?.whole
        reply.completionTokens = fields["completion_tokens"]?.whole
        if case .list(let tokens)? = fields["score_tokens"] {
            reply.scoreTokens = try tokens.map { try Self.token($0, path) }
        }
        reply.isFromCache = true
        return reply
    }

    /// - Throws: an error of the disk.
    func store(_ reply: ChatReply, body: Data, model: String) throws {
        var fields: [String: Any] = [
            "schema": Self.schema, "content": reply.content, "model": reply.model,
            "score_tokens": reply.scoreTokens.map { [Double($0.digit)] + $0.probabilities },
        ]
        fields["prompt_tokens"] = reply.promptTokens
        fields["completion_tokens"] = reply.completionTokens
        let data = try JSONSerialization.data(
            withJSONObject: fields, options: [.sortedKeys, .prettyPrinted])
        try createFolder(folder)
        try AtomicFile.write(path(body, model), durable: false) { try $0.write(data) }
    }

    private func path(_ body: Data, _ model: String) -> String {
        PathText.joined(folder, sha256(of: Data("\(model)\n".utf8) + body) + ".json")
    }

    private static func token(_ value: JSONValue, _ path: String) throws -> ScoreToken {
        guard case .list(let entries) = value, entries.count == 7, let digit = entries[0].whole,
            (0...5).contains(digit)
        else { throw DatasetError(path, "score_tokens: seven numbers are wanted; remove the file") }
        let probabilities = entries.dropFirst().map { entry -> Double in
            if case .number(let number) = entry { number } else { 0 }
        }
        return ScoreToken(digit: digit, probabilities: probabilities)
    }
}
