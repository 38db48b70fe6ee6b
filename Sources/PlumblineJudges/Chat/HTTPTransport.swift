import Foundation
import FoundationNetworking
import Synchronization

/// Sends one request and waits for its answer, at most a stated time.
struct HTTPTransport: Sendable {
    /// An answer of a server, whatever its status.
    struct Answer: Sendable {
        var status: Int
        /// Seconds from the header `Retry-After`.
        var retryAfter: Double?
        var body: Data
    }

    /// Why there is no answer.
    enum Failure: Error, Equatable {
        case timedOut
        case tooLarge
        /// The connection failed or ended early.
        case network(String)
    }

    /// The most bytes of an answer.
    static let mostBytes = 8 << 20

    /// - Parameters:
    ///   - seconds: until the answer must be complete.
    ///   - check: called while waiting; what it throws ends the request.
    func post(
        _ body: Data, to url: URL, authorization: String?, seconds: Double,
        check: () throws -> Void
    ) throws -> Answer {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpShouldSetCookies = false
        configuration.urlCache = nil
        configuration.urlCredentialStorage = nil
        let receiver = Receiver()
        let session = URLSession(
            configuration: configuration, delegate: receiver, delegateQueue: nil)
        defer { session.invalidateAndCancel() }
        // The time-out is ours: the session's is one of idleness.
        var request = URLRequest(url: url, timeoutInterval: seconds + 60)
        request.httpMethod = "POST"
        request.httpBody = body
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.setValue("application/json", forHTTPHeaderField: "Accept")
        request.setValue("plumbline", forHTTPHeaderField: "User-Agent")
        if let authorization {
            request.setValue(authorization, forHTTPHeaderField: "Authorization")
        }
        let task = session.dataTask(with: request)
        task.resume()
        let deadline = DispatchTime.now() + seconds
        while receiver.finished.wait(timeout: min(deadline, .now() + 0.05)) == .timedOut {
            do { try check() } catch {
                task.cancel()
                throw error
            }
            if DispatchTime.now() >= deadline {
                task.cancel()
                throw Failure.timedOut
            }
        }
        return try receiver.answer()
    }
}

/// Collects an answer.
private final class Receiver: NSObject, URLSessionDataDelegate, Sendable {
    let finished = DispatchSemaphore(value: 0)
    private struct State {
        var status: Int?
        var retryAfter: Double?
        var body = Data()
        var failure: HTTPTransport.Failure?
    }
    private let state = Mutex(State())

    func answer() throws -> HTTPTransport.Answer {
        try state.withLock { state in
            // The end of a refused log-in is an error to URLSession; its answer is there.
            if let failure = state.failure, state.status != 401 { throw failure }
            guard let status = state.status else {
                throw HTTPTransport.Failure.network("no answer")
            }
            return HTTPTransport.Answer(
                status: status, retryAfter: state.retryAfter, body: state.body)
        }
    }

    /// A redirect is not followed: it would take the key to another server.
    func urlSession(
        _ session: URLSession, task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
        completionHandler: @escaping (URLRequest?) -> Void
    ) { completionHandler(nil) }

    /// No log-in but by the key.
    ///
    /// Without this, a server that asks for one is waited for until the time is out.
    func urlSession(
        _ session: URLSession, task: URLSessionTask,
        didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) { completionHandler(.rejectProtectionSpace, nil) }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        let http = response as? HTTPURLResponse
        let wait = http?.value(forHTTPHeaderField: "Retry-After")
        state.withLock {
            $0.status = http?.statusCode
            $0.retryAfter = wait.flatMap { RetryAfter.seconds($0, now: Date()) }
        }
        completionHandler(.allow)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isTooLarge = state.withLock { state in
            guard state.body.count + data.count <= HTTPTransport.mostBytes else {
                state.failure = .tooLarge
                return true
            }
            state.body += data
            return false
        }
        if isTooLarge { dataTask.cancel() }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
    ) {
        if let error {
            state.withLock { state in
                state.failure = state.failure ?? .network(error.localizedDescription)
            }
        }
        finished.signal()
    }
}
