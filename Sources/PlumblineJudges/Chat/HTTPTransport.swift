import CCurl
import Foundation

/// Sends one request with libcurl and waits for its answer, at most a stated time.
///
/// A redirect is not followed: it would take the key to another server.
struct HTTPTransport: Sendable {
    /// An answer of a server, whatever its status.
    struct Answer: Sendable {
        var status: Int
        /// Seconds from the header `Retry-After` (seconds or a date), not below 0.
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

    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// - Parameters:
    ///   - seconds: until the answer must be complete.
    ///   - check: called about once a second while waiting; what it throws ends the request.
    func post(
        _ body: Data, to url: URL, authorization: String?, seconds: Double,
        check: () throws -> Void
    ) throws -> Answer {
        guard Self.isReady, let handle = curl_easy_init() else {
            throw Failure.network("libcurl does not start")
        }
        defer { curl_easy_cleanup(handle) }
        let headers = Self.headers(authorization)
        defer { curl_slist_free_all(headers) }
        return try withoutActuallyEscaping(check) { check in
            let transfer = Transfer(check)
            let pointer = Unmanaged.passUnretained(transfer).toOpaque()
            return try body.withUnsafeBytes { bytes in
                let options = [
                    curl_set_text(handle, CURLOPT_URL, url.absoluteString),
                    curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https"),
                    curl_set_text(handle, CURLOPT_USERAGENT, "plumbline"),
                    curl_set_number(handle, CURLOPT_POST, 1),
                    curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, bytes.count),
                    curl_set_pointer(handle, CURLOPT_POSTFIELDS, bytes.baseAddress),
                    curl_set_pointer(handle, CURLOPT_HTTPHEADER, headers),
                    curl_set_number(handle, CURLOPT_TIMEOUT_MS, max(1, Int(seconds * 1000))),
                    curl_set_number(handle, CURLOPT_NOSIGNAL, 1),
                    curl_set_number(handle, CURLOPT_NOPROGRESS, 0),
                    curl_set_writer(handle, Transfer.write),
                    curl_set_pointer(handle, CURLOPT_WRITEDATA, pointer),
                    curl_set_progress(handle, Transfer.progress),
                    curl_set_pointer(handle, CURLOPT_XFERINFODATA, pointer),
                ]
                if let code = options.first(where: { $0 != CURLE_OK }) { throw Self.failure(code) }
                let code = curl_easy_perform(handle)
                return try withExtendedLifetime(transfer) { try transfer.answer(code, handle) }
            }
        }
    }

    private static func headers(_ authorization: String?) -> UnsafeMutablePointer<curl_slist>? {
        var lines = ["Content-Type: application/json", "Accept: application/json"]
        // Without this, curl asks before it sends a large body, and waits a second for an answer.
        lines.append("Expect:")
        if let authorization { lines.append("Authorization: \(authorization)") }
        return lines.reduce(nil) { curl_slist_append($0, $1) }
    }

    fileprivate static func failure(_ code: CURLcode) -> Failure {
        code == CURLE_OPERATION_TIMEDOUT
            ? .timedOut : .network(String(cString: curl_easy_strerror(code)))
    }
}

/// Collects the body of an answer.
private final class Transfer {
    private let check: () throws -> Void
    private var body = Data()
    private var isTooLarge = false
    /// What `check` threw.
    private var problem: (any Error)?

    init(_ check: @escaping () throws -> Void) { self.check = check }

    private static func of(_ pointer: UnsafeMutableRawPointer?) -> Transfer {
        guard let pointer else { preconditionFailure("libcurl lost our pointer") }
        return Unmanaged<Transfer>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// Another count than the given one ends the transfer.
    static let write:
        @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
            bytes, size, count, pointer in
            let transfer = of(pointer)
            guard let bytes, transfer.body.count + size * count <= HTTPTransport.mostBytes else {
                transfer.isTooLarge = true
                return 0
            }
            transfer.body.append(
                UnsafeBufferPointer(
                    start: UnsafeRawPointer(bytes).assumingMemoryBound(to: UInt8.self),
                    count: size * count))
            return size * count
        }

    /// Another result than 0 ends the transfer.
    static let progress: @convention(c) (UnsafeMutableRawPointer?, Int, Int, Int, Int) -> Int32 = {
        pointer, _, _, _, _ in
        let transfer = of(pointer)
        do { try transfer.check() } catch { transfer.problem = error }
        return transfer.problem == nil ? 0 : 1
    }

    func answer(_ code: CURLcode, _ handle: UnsafeMutableRawPointer) throws -> HTTPTransport.Answer
    {
        if let problem { throw problem }
        if isTooLarge { throw HTTPTransport.Failure.tooLarge }
        guard code == CURLE_OK else { throw HTTPTransport.failure(code) }
        var status = 0
        var wait = 0
        curl_get_number(handle, CURLINFO_RESPONSE_CODE, &status)
        curl_get_size(handle, CURLINFO_RETRY_AFTER, &wait)
        return HTTPTransport.Answer(
            status: status, retryAfter: wait > 0 ? Double(wait) : nil, body: body)
    }
}
