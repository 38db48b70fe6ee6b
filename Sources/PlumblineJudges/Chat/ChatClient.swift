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
    private let reading: AnswerReading
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
        reading = AnswerReading(settings: settings)
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
        if let reply = try cached(request), isAccepted(reply) { return .success(reply) }
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
        var leftOut: [ChatRequest.Feature] = []
        while true {
            let features = request.features.subtracting(refused)
            let body = try request.body(settings, features)
            let failure: ChatFailure
            switch try attempt(body, features) {
            case .reply(let reply):
                for feature in leftOut {
                    note("the server does not take \(feature.name); it is left out from now on")
                }
                if isAccepted(reply) {
                    try cache?.store(reply, body: body, model: settings.model)
                }
                return .success(reply)
            case .refused(let feature):
                refused.insert(feature.option)
                leftOut.append(feature)
                continue
            case .failed(let problem): failure = problem
            }
            guard failure.isOutage else {
                // Leaving features out did not help, so they were not the reason.
                refused = refusedBefore
                return .failure(failure)
            }
            if failure.isLoading { loadingSince = loadingSince ?? .now() }
            let isWaitedFor =
                failure.isLoading
                && loadingSince.map { DispatchTime.now() < $0 + settings.loadingTime } ?? false
            if !isWaitedFor { failures += 1 }
            let wait = failure.wait ?? backOff(failures)
            guard failures <= settings.retries, wait <= settings.longestWait else {
                return .failure(failure)
            }
            try pause(until: .now() + wait)
        }
    }

    private enum Attempt {
        case reply(ChatReply)
        case refused(ChatRequest.Feature)
        case failed(ChatFailure)
    }

    /// Sends a request once.
    private func attempt(_ body: Data, _ features: ChatRequest.Features) throws -> Attempt {
        let answer: HTTPTransport.Answer
        do { answer = try post(body) } catch let problem as HTTPTransport.Failure {
            return .failed(reading.failure(problem))
        }
        if answer.status == 200 {
            do { return .reply(try ChatReply(answer.body, redacted: reading.redacted)) } catch {
                return .failed(
                    ChatFailure(
                        reason: "malformed response", detail: reading.redacted("\(error)"),
                        isOutage: true))
            }
        }
        if let feature = reading.refusedFeature(answer, features) { return .refused(feature) }
        return .failed(try reading.failure(answer))
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
}
