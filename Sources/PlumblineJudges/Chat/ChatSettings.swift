import Foundation

/// Which server is asked, and how.
public struct ChatSettings: Sendable {
    /// The address of `chat/completions`.
    public let url: URL
    /// The model's name in requests.
    public let model: String
    public var key: APIKey?
    public var temperature = 0.0
    public var topP = 1.0
    public var seed = 0
    /// The most tokens of an answer.
    public var mostTokens = 1024
    /// Seconds until an answer must be complete.
    public var timeOut = 120.0
    /// How often a request is sent again after a failure that may pass.
    public var retries = 4
    /// Seconds before the first repetition; each further wait is twice as long.
    public var firstWait = 1.0
    /// The longest wait in seconds.
    ///
    /// A server that asks for a longer one is not asked again.
    public var longestWait = 60.0
    /// Seconds in which a server that answers 503, because it loads its model, is asked again.
    public var loadingTime = 300.0
    /// The most requests per minute; `nil` for no limit.
    public var requestsPerMinute: Double?
    /// Images in a row that fail before the server is not asked any more.
    public var mostFailures = 5

    /// - Parameters:
    ///   - base: `http://127.0.0.1:8080` or `https://host/v1`; `/chat/completions` is added.
    ///   - model: the model's name.
    /// - Throws: ``JudgeError`` for an address that cannot be used.
    public init(base: String, model: String) throws {
        url = try Self.address(base)
        self.model = model
        guard !model.isEmpty else { throw JudgeError("--model", "a name is wanted") }
    }

    private static func address(_ base: String) throws -> URL {
        let place = "--base-url"
        guard var parts = URLComponents(string: base), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty
        else {
            throw JudgeError(place, "an address such as http://127.0.0.1:8080/v1 is wanted")
        }
        // These would stand in messages and may hold a key.
        guard parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil
        else {
            throw JudgeError(
                place,
                "must have no user, password, query or fragment; give a key by "
                    + "--key-variable")
        }
        var path = parts.path
        while path.hasSuffix("/") { path.removeLast() }
        if path.isEmpty { path = "/v1" }
        if !path.hasSuffix("/chat/completions") { path += "/chat/completions" }
        parts.path = path
        guard let url = parts.url else {
            throw JudgeError(place, "an address such as http://127.0.0.1:8080/v1 is wanted")
        }
        return url
    }

    /// Whether the key would cross a network as plain text.
    public var exposesKey: Bool {
        guard key != nil, url.scheme?.lowercased() == "http" else { return false }
        let host = url.host ?? ""
        return !(host == "localhost" || host == "::1" || host.hasPrefix("127."))
    }
}
