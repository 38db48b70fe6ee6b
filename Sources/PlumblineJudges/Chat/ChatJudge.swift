import PlumblineMetrics

/// A vision-language model behind an OpenAI-compatible server judges the pictures.
///
/// The answer is read by strict rules; one without a certain score is *missing: unparsable*.
/// Accepted answers are cached, failures never are, and a failure is never a low score.
public final class ChatJudge: Judge {
    public let name = "chat"
    private let client: ChatClient
    private let prompt: Prompt

    /// - Parameters:
    ///   - cache: the folder of accepted answers; `nil` for none.
    ///   - check: called while waiting; what it throws ends the request.
    ///   - note: called with a line about the server.
    public init(
        _ settings: ChatSettings, prompt: Prompt, cache: String?,
        check: @escaping () throws -> Void = {}, note: @escaping (String) -> Void = { _ in }
    ) {
        client = ChatClient(settings, cache: cache, check: check, note: note)
        self.prompt = prompt
    }

    /// - Throws: ``ServerError`` for what concerns all pictures, and what `check` throws.
    public func judge(_ question: JudgeQuestion) throws -> Judgement {
        let request = ChatRequest(
            prompt: prompt.text(label: question.label), picture: question.png,
            schema: Self.schema, wantsProbabilities: true)
        let result = try client.ask(request) { ScoreAnswer($0.content) != nil }
        switch result {
        case .success(let reply): return Self.judgement(reply)
        case .failure(let failure):
            var judgement = Judgement.missing(Self.failurePrefix + failure.reason)
            judgement.answer = failure.detail
            return judgement
        }
    }

    private static let failurePrefix = "no answer: "

    /// Whether a score is missing because the server failed.
    public static func isFailure(_ reason: MissingReason) -> Bool {
        reason.rawValue.hasPrefix(failurePrefix)
    }

    private static var schema: JSONSchema {
        JSONSchema(
            name: "judgement",
            schema: JSONSchema.object([
                "evaluation": JSONSchema.text, "justification": JSONSchema.text,
                "score": ["type": "integer", "minimum": 0, "maximum": 5],
            ]))
    }

    /// A text as it is stored; one that was cut ends with an ellipsis.
    private static func short(_ text: String) -> String {
        text.count > Judgement.mostCharacters
            ? text.prefix(Judgement.mostCharacters - 1) + "\u{2026}" : text
    }

    private static func judgement(_ reply: ChatReply) -> Judgement {
        var judgement: Judgement
        if let answer = ScoreAnswer(reply.content) {
            judgement = Judgement(score: .value(answer.score))
            judgement.evaluation = short(answer.evaluation)
            judgement.justification = short(answer.justification)
            judgement.expectation =
                reply.scoreTokens.last { Double($0.digit) == answer.score }?.expectation
        } else {
            judgement = Judgement(score: .missing(.unparsable))
            judgement.answer = short(reply.content)
        }
        judgement.model = reply.model
        judgement.promptTokens = reply.promptTokens
        judgement.completionTokens = reply.completionTokens
        judgement.isFromCache = reply.isFromCache
        return judgement
    }
}
