import Foundation
import PlumblineData
import PlumblineStorage

/// Asks a chat model behind an OpenAI-compatible `chat/completions`.
///
/// Failures that may pass are repeated after a wait: no connection, a time-out, an answer that is
/// cut off, and the statuses 408, 425, 429, 500, 502, 503 and 504. What a server does not take
/// (``ChatRequest/Features``) is left out from its first refusal on.
final class ChatClient {
    let settings: ChatSettings
    private let cache: AnswerCache?
    private let transport = HTTPTransport()
    /// Called while waiting; what it throws ends the request.
    private let check: () throws -> Void
    private let note: (String) -> Void
    private var refused: ChatRequest.Features = []
    private var lastStart: DispatchTime?
    /// Requests in a row that failed because of an outage.
    private var outages = 0

    /// - Parameters:
    ///   - cache: the folder of accepted answers; `nil` for none.
    ///   - note: called with a line about the server.
    init(
        _ settings: ChatSettings, cache: String?, check: @escaping () throws -> Void,
        note: @escaping (String) -> Void
    ) {
        self.settings = settings
        self.cache = cache.map { AnswerCache(folder: $0) }
        self.check = check
        self.note = note
    }

    /// - Parameter isAccepted: whether an answer can be used; only then is it cached.
    /// - Throws: ``ServerError`` for what concerns all requests, and what `check` throws.
    func ask(
        _ request: ChatRequest, isAccepted: (ChatReply) -> Bool
    ) throws -> Result<ChatReply, ChatFailure> {
        try check()
        if let reply = try cached(request) { return .success(reply) }
        guard outages < settings.mostFailures else {
            return .failure(
                ChatFailure(reason: "not asked: the server failed \(outages) times in a row"))
        }
        let result = try send(request, isAccepted)
        if case .failure(let failure) = result, failure.isOutage {
            outages += 1
        } else {
            outages = 0
        }
        return result
    }

    /// The stored answer to a request, whichever features it was sent with.
    private func cached(_ request: ChatRequest) throws -> ChatReply? {
        guard let cache else { return nil }
        for rawValue in (0...ChatRequest.Features.all.rawValue).reversed() {
            let features = ChatRequest.Features(rawValue: rawValue)
            guard request.features.union(.plainLimit).isSuperset(of: features) else { continue }
            let body = try request.body(settings, features)
            if let reply = try cache.reply(body, model: settings.model) { return reply }
        }
        return nil
    }

    private func send(
        _ request: ChatRequest, _ isAccepted: (ChatReply) -> Bool
    ) throws -> Result<ChatReply, ChatFailure> {
        var failures = 0
        var loadingSince: DispatchTime?
        let refusedBefore = refused
        var leftOut: [String] = []
        while true {
            let features = request.features.subtracting(refused)
            let body = try request.body(settings, features)
            let failure: ChatFailure
            do {
                let answer = try post(body)
                if answer.status == 200 {
                    for name in leftOut {
                        note("the server does not take \(name); it is left out from now on")
                    }
                    let reply = try ChatReply(answer.body, redacted: redacted)
                    if isAccepted(reply) {
                        try cache?.store(reply, body: body, model: settings.model)
                    }
                    return .success(reply)
                }
                if let name = leaveOut(answer, features) {
                    leftOut.append(name)
                    continue
                }
                failure = try self.failure(answer)
                if answer.status == 503 { loadingSince = loadingSince ?? .now() }
            } catch let problem as HTTPTransport.Failure {
                failure = Self.failure(problem, redacted)
            } catch let problem as DatasetError {
                failure = ChatFailure(
                    reason: "malformed response", detail: redacted(problem.description),
                    isOutage: true)
            }
            guard failure.isOutage else {
                // Leaving features out did not help, so they were not the reason.
                refused = refusedBefore
                return .failure(failure)
            }
            let isLoading = loadingSince.map { DispatchTime.now() < $0 + settings.loadingTime }
            if isLoading != true {
                failures += 1
                if failures > settings.retries { return .failure(failure) }
            }
            let wait = failure.wait ?? backOff(failures)
            guard wait <= settings.longestWait else { return .failure(failure) }
            try pause(until: .now() + wait)
        }
    }

    private func post(_ body: Data) throws -> HTTPTransport.Answer {
        if let limit = settings.requestsPerMinute, let lastStart {
            try pause(until: lastStart + 60 / limit)
        }
        lastStart = .now()
        return try transport.post(
            body, to: settings.url, authorization: settings.key?.authorization,
            seconds: settings.timeOut, check: check)
    }

    private func backOff(_ failures: Int) -> Double {
        min(settings.longestWait, settings.firstWait * pow(2, Double(max(0, failures - 1))))
    }

    private func pause(until end: DispatchTime) throws {
        while true {
            try check()
            let now = DispatchTime.now()
            guard now < end else { return }
            let left = Double(end.uptimeNanoseconds - now.uptimeNanoseconds) / 1e9
            Thread.sleep(forTimeInterval: min(left, 0.05))
        }
    }

    // MARK: What the server does not take

    /// Leaves a feature out if the server refuses a request that has it.
    ///
    /// The feature that the server's message names comes first.
    ///
    /// - Returns: its name; `nil` if there is none to leave out.
    private func leaveOut(
        _ answer: HTTPTransport.Answer, _ features: ChatRequest.Features
    ) -> String? {
        guard [400, 422, 501].contains(answer.status) else { return nil }
        let message = message(answer.body)
        let known: [(ChatRequest.Features, String, [String])] = [
            (.schema, "response_format", ["response_format", "json_schema", "schema", "grammar"]),
            (.probabilities, "logprobs", ["logprobs"]),
            (.plainLimit, "max_tokens", ["max_tokens", "max_completion_tokens"]),
        ]
        let candidates = known.filter { features.contains($0.0) }
        let named = candidates.first { feature in
            feature.2.contains { message.localizedCaseInsensitiveContains($0) }
        }
        // What is always sent cannot be left out.
        let isAlwaysSent = ["temperature", "top_p", "seed"].contains {
            message.localizedCaseInsensitiveContains($0)
        }
        // The limit is renamed only if the server names it.
        guard
            let choice = named
                ?? (isAlwaysSent ? nil : candidates.first { $0.0 != .plainLimit })
        else { return nil }
        refused.insert(choice.0)
        return choice.1
    }

    // MARK: Failures

    private func failure(_ answer: HTTPTransport.Answer) throws -> ChatFailure {
        let detail = message(answer.body)
        let place = settings.url.absoluteString
        switch answer.status {
        case 300..<400:
            throw ServerError(
                place,
                "answers with a redirect (\(answer.status)), which is not "
                    + "followed; give the address that it leads to")
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
                wait: answer.retryAfter)
        default:
            return ChatFailure(reason: "refused by the server (\(answer.status))", detail: detail)
        }
    }

    private static func failure(
        _ problem: HTTPTransport.Failure, _ redacted: (String) -> String
    ) -> ChatFailure {
        switch problem {
        case .timedOut: ChatFailure(reason: "timed out", isOutage: true)
        case .tooLarge: ChatFailure(reason: "answer too large")
        case .network(let text):
            ChatFailure(
                reason: "connection failed", detail: redacted(text).printable, isOutage: true)
        }
    }

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

    private func redacted(_ text: String) -> String { settings.key?.redacted(text) ?? text }
}
