import Foundation
import PlumblineData
import PlumblineStorage

/// Says what an answer that is no reply means.
struct AnswerReading {
    let settings: ChatSettings

    /// The feature of a request that its refusal is about; `nil` if it is about something else.
    ///
    /// The feature that the server's message names comes first. The limit of tokens is renamed only
    /// if the server names it. What is always sent cannot be left out.
    func refusedFeature(
        _ answer: HTTPTransport.Answer, _ features: ChatRequest.Features
    ) -> ChatRequest.Feature? {
        guard [400, 422, 501].contains(answer.status) else { return nil }
        let message = message(answer.body)
        func names(_ words: [String]) -> Bool {
            words.contains { message.localizedCaseInsensitiveContains($0) }
        }
        let candidates = ChatRequest.Feature.all.filter { features.contains($0.option) }
        if let named = candidates.first(where: { names($0.words) }) { return named }
        if names(["temperature", "top_p", "seed"]) { return nil }
        return candidates.first { $0.option != .plainLimit }
    }

    /// The failure that a status stands for.
    ///
    /// - Throws: ``ServerError`` for one that concerns all requests.
    func failure(_ answer: HTTPTransport.Answer) throws -> ChatFailure {
        let detail = message(answer.body)
        let place = settings.url.absoluteString
        switch answer.status {
        case 300..<400:
            throw ServerError(
                place,
                "answers with a redirect (\(answer.status)), which is not followed; give the "
                    + "address that it leads to")
        case 401, 403:
            throw ServerError(
                place, "refuses the key (\(answer.status)); check --key-variable. \(detail)")
        case 404:
            throw ServerError(
                place, "is not found (404); check --base-url and --model. \(detail)")
        case 429:
            return ChatFailure(
                reason: "rate limited (429)", detail: detail, isOutage: true,
                wait: answer.retryAfter)
        case 408, 425, 500, 502, 503, 504:
            return ChatFailure(
                reason: "server error (\(answer.status))", detail: detail, isOutage: true,
                isLoading: answer.status == 503, wait: answer.retryAfter)
        default:
            return ChatFailure(reason: "refused by the server (\(answer.status))", detail: detail)
        }
    }

    func failure(_ problem: HTTPTransport.Failure) -> ChatFailure {
        switch problem {
        case .timedOut: ChatFailure(reason: "timed out", isOutage: true)
        case .tooLarge: ChatFailure(reason: "answer too large")
        case .network(let text):
            ChatFailure(
                reason: "connection failed", detail: redacted(text).printable, isOutage: true)
        }
    }

    /// A text without the key.
    func redacted(_ text: String) -> String { settings.key?.redacted(text) ?? text }

    /// What the server says is wrong, in at most 200 characters.
    private func message(_ body: Data) -> String {
        var text = String(decoding: body.prefix(2000), as: UTF8.self)
        if case .object(let fields)? = try? JSONValue(body, file: "") {
            if case .object(let error)? = fields["error"],
                case .text(let message)? = error["message"]
            {
                text = message
            } else {
                for name in ["error", "message", "detail"] {
                    if case .text(let message)? = fields[name] { text = message }
                }
            }
        }
        return String(redacted(text).printable.prefix(200))
    }
}
