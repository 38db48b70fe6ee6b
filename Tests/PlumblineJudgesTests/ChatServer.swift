import Foundation
import Synchronization

/// A small HTTP server on 127.0.0.1 that plays `chat/completions`.
///
/// Each request is answered by the next reply of a list; the last one is repeated.
final class ChatServer: Sendable {
    enum Reply: Sendable {
        case answer(Int, headers: [String] = [], body: String)
        /// The header promises more bytes than are sent.
        case truncated(String)
        /// Nothing is sent until the server stops.
        case hang
        case close
        /// These bytes, and nothing more.
        case raw(String)
    }

    struct Request: Sendable {
        let path: String
        let headers: [String: String]
        let body: Data

        var json: [String: Any] {
            (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:]
        }
    }

    private struct State {
        var replies: [Reply]
        var requests: [Request] = []
        var hanging: [Int32] = []
    }

    private let listener: Int32
    let port: UInt16
    private let state: Mutex<State>

    init(_ replies: [Reply]) throws {
        state = Mutex(State(replies: replies))
        signal(SIGPIPE, SIG_IGN)
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, pointer, &length) == 0
            }
        }
        guard status else { throw POSIXError(.EADDRNOTAVAIL) }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in accepting() }
    }

    var base: String { "http://127.0.0.1:\(port)/v1" }
    var requests: [Request] { state.withLock { $0.requests } }

    func stop() {
        // The thread that accepts closes it: another server could get its number before that.
        shutdown(listener, Int32(SHUT_RDWR))
        for descriptor in state.withLock({ $0.hanging }) { close(descriptor) }
    }

    private func accepting() {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else {
                close(listener)
                return
            }
            guard let request = Self.read(connection) else {
                close(connection)
                continue
            }
            let reply = state.withLock { state in
                state.requests.append(request)
                return state.replies.count > 1 ? state.replies.removeFirst() : state.replies[0]
            }
            switch reply {
            case .answer(let status, let headers, let body):
                let lines =
                    ["HTTP/1.1 \(status) Status", "Content-Length: \(body.utf8.count)"]
                    + ["Content-Type: application/json", "Connection: close"] + headers
                Self.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body, connection)
                close(connection)
            case .truncated(let body):
                let lines = ["HTTP/1.1 200 OK", "Content-Length: \(body.utf8.count + 100)"]
                Self.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body, connection)
                close(connection)
            case .hang: state.withLock { $0.hanging.append(connection) }
            case .close: close(connection)
            case .raw(let bytes):
                Self.send(bytes, connection)
                close(connection)
            }
        }
    }

    private static func send(_ text: String, _ connection: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes {
                Foundation.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    private static func read(_ connection: Int32) -> Request? {
        var bytes = Data()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let blank = Data("\r\n\r\n".utf8)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
            guard let end = bytes.range(of: blank) else { continue }
            let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
                .components(separatedBy: "\r\n")
            var headers: [String: String] = [:]
            for line in lines.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1).map {
                    $0.trimmingCharacters(in: .whitespaces)
                }
                if parts.count == 2 { headers[parts[0].lowercased()] = parts[1] }
            }
            // curl asks before it sends a large body.
            if headers["expect"] != nil, bytes.count == end.upperBound {
                send("HTTP/1.1 100 Continue\r\n\r\n", connection)
            }
            let length = headers["content-length"].flatMap(Int.init) ?? 0
            guard bytes.count >= end.upperBound + length else { continue }
            let words = lines[0].split(separator: " ")
            return Request(
                path: words.count > 1 ? String(words[1]) : "", headers: headers,
                body: Data(bytes[end.upperBound...]))
        }
    }
}

extension ChatServer.Reply {
    /// A good answer of `chat/completions`.
    ///
    /// - Parameter logprobs: the JSON of `choices[0].logprobs`.
    static func chat(_ content: String, model: String = "tiny-vl", logprobs: String = "null")
        -> ChatServer.Reply
    {
        .answer(
            200,
            body: """
                {"id": "x", "model": \(quoted(model)), "choices": [{"index": 0, "message": \
                {"role": "assistant", "content": \(quoted(content))}, "logprobs": \(logprobs), \
                "finish_reason": "stop"}], "usage": {"prompt_tokens": 300, "completion_tokens": 20}}
                """)
    }

    static func error(_ status: Int, _ message: String, headers: [String] = [])
        -> ChatServer.Reply
    {
        .answer(
            status, headers: headers,
            body: #"{"error": {"message": \#(quoted(message)), "type": "error"}}"#)
    }

    private static func quoted(_ text: String) -> String {
        let data = try? JSONSerialization.data(withJSONObject: [text])
        return String(String(decoding: data ?? Data(), as: UTF8.self).dropFirst().dropLast())
    }
}
