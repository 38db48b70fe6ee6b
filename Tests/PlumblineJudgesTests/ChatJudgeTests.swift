import Foundation
import PlumblineJudges
import PlumblineMetrics
import XCTest

/// ``ChatJudge`` before a server on 127.0.0.1 that answers as real ones do, well and badly.
final class ChatJudgeTests: XCTestCase {
    private static let key = "sk-test-0123456789abcdef"
    private static let good = #"{"evaluation": "a heart", "justification": "clear", "score": 4}"#
    private var folder = ""

    override func setUpWithError() throws {
        folder = NSTemporaryDirectory() + "plumbline-\(UUID().uuidString)"
    }

    override func tearDown() { try? FileManager.default.removeItem(atPath: folder) }

    private var question: JudgeQuestion {
        JudgeQuestion(
            image: "a", label: "Cardiomegaly", png: Data([137, 80, 78, 71, 1, 2, 3]), weights: [1],
            mask: nil)
    }

    /// Short waits, so that the tests are fast.
    private func settings(_ server: ChatServer) throws -> ChatSettings {
        var settings = try ChatSettings(base: server.base, model: "tiny")
        settings.timeOut = 5
        settings.firstWait = 0.01
        settings.retries = 2
        settings.loadingTime = 0
        return settings
    }

    /// The judgements of a new judge, question after question.
    private func judge(
        _ replies: [ChatServer.Reply], times: Int = 1, cached: Bool = false,
        change: (inout ChatSettings) throws -> Void = { _ in }
    ) throws -> (judgements: [Judgement], server: ChatServer, notes: [String]) {
        let server = try ChatServer(replies)
        defer { server.stop() }
        var settings = try settings(server)
        try change(&settings)
        var notes: [String] = []
        let judge = ChatJudge(
            settings, prompt: Prompt(.masked), cache: cached ? folder : nil,
            note: { notes.append($0) })
        let judgements = try (0..<times).map { _ in try judge.judge(question) }
        return (judgements, server, notes)
    }

    private func key() throws -> APIKey {
        try APIKey(variable: "KEY", environment: ["KEY": Self.key])
    }

    // MARK: What is sent

    func testWhatIsSent() throws {
        let result = try judge([.chat(Self.good)]) {
            $0.key = try self.key()
            $0.temperature = 0.5
            $0.topP = 0.9
            $0.seed = 7
        }
        let request = try XCTUnwrap(result.server.requests.first)
        XCTAssertEqual(request.path, "/v1/chat/completions")
        XCTAssertEqual(request.headers["authorization"], "Bearer \(Self.key)")
        XCTAssertEqual(request.headers["content-type"], "application/json")
        let json = request.json
        XCTAssertEqual(json["model"] as? String, "tiny")
        XCTAssertEqual(json["temperature"] as? Double, 0.5)
        XCTAssertEqual(json["top_p"] as? Double, 0.9)
        XCTAssertEqual(json["seed"] as? Int, 7)
        XCTAssertEqual(json["logprobs"] as? Bool, true)
        let format = json["response_format"] as? [String: Any]
        XCTAssertEqual(format?["type"] as? String, "json_schema")
        let messages = json["messages"] as? [[String: Any]]
        let content = messages?.first?["content"] as? [[String: Any]]
        XCTAssertEqual(content?.count, 2)
        let text = content?[0]["text"] as? String ?? ""
        XCTAssertTrue(text.contains("\"Cardiomegaly\"") && !text.contains("{label}"), text)
        let image = content?[1]["image_url"] as? [String: Any]
        XCTAssertEqual(image?["url"] as? String, "data:image/png;base64,iVBORwECAw==")
        XCTAssertFalse(String(decoding: request.body, as: UTF8.self).contains(Self.key))
    }

    func testAddresses() throws {
        for (base, url) in [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1/chat/completions"),
            ("https://host/v1/", "https://host/v1/chat/completions"),
            ("https://host/api/openai", "https://host/api/openai/chat/completions"),
            ("https://host/v1/chat/completions", "https://host/v1/chat/completions"),
        ] { XCTAssertEqual(try ChatSettings(base: base, model: "m").url.absoluteString, url) }
        for base in ["", "host:80", "ftp://host", "http://", "http://u:p@host", "http://h/?k=1"] {
            XCTAssertThrowsError(try ChatSettings(base: base, model: "m"), base)
        }
    }

    // MARK: Answers

    func testGoodAnswers() throws {
        for content in [Self.good, "```json\n\(Self.good)\n```", "<think>score: 1</think>Score: 4"]
        {
            let judgement = try judge([.chat(content)]).judgements[0]
            XCTAssertEqual(judgement.score, .value(4), content)
            XCTAssertEqual(judgement.model, "tiny-vl")
            XCTAssertEqual(judgement.promptTokens, 300)
            XCTAssertEqual(judgement.completionTokens, 20)
            XCTAssertNil(judgement.expectation)
        }
        let judgement = try judge([.chat(Self.good)]).judgements[0]
        XCTAssertEqual(judgement.evaluation, "a heart")
        XCTAssertEqual(judgement.justification, "clear")
    }

    func testContentInParts() throws {
        let body =
            #"{"choices": [{"message": {"content": [{"type": "text", "text": "Score: 2"}]}}]}"#
        let judgement = try judge([.answer(200, body: body)]).judgements[0]
        XCTAssertEqual(judgement.score, .value(2))
        XCTAssertNil(judgement.promptTokens)
    }

    func testUnparsableAnswersAreMissingAndAskedAgain() throws {
        for content in ["I like it", "", "Score: 9", "<think>Score: 4"] {
            let result = try judge([.chat(content)], times: 2, cached: true)
            XCTAssertEqual(result.judgements[0].score, .missing(.unparsable))
            XCTAssertEqual(result.judgements[0].answer, content)
            XCTAssertEqual(result.server.requests.count, 2)
            XCTAssertFalse(FileManager.default.fileExists(atPath: folder))
        }
    }

    /// The mean over the probabilities of 0 to 5; the thinking's digits do not count.
    func testTheExpectation() throws {
        func token(_ text: String, _ top: [(String, Double)] = []) -> String {
            let alternatives = top.map { #"{"token": "\#($0.0)", "logprob": \#(log($0.1))}"# }
            return #"{"token": "\#(text)", "logprob": \#(log(top.first?.1 ?? 1)), "#
                + #""top_logprobs": [\#(alternatives.joined(separator: ", "))]}"#
        }
        let tokens = [
            token("score: "), token("1", [("1", 1)]), token("</think>"), token("Score"),
            token(":"), token(" 4", [(" 4", 0.5), ("4", 0.1), ("5", 0.2), ("3", 0.1), ("x", 0.1)]),
        ]
        let judgement = try judge([
            .chat(
                "<think>score: 1</think>Score: 4",
                logprobs: #"{"content": [\#(tokens.joined(separator: ", "))]}"#)
        ]).judgements[0]
        XCTAssertEqual(judgement.score, .value(4))
        XCTAssertEqual(
            try XCTUnwrap(judgement.expectation), (0.6 * 4 + 0.2 * 5 + 0.1 * 3) / 0.9,
            accuracy: 1e-9)
    }

    // MARK: What a server does not take

    func testResponseFormatIsLeftOut() throws {
        let result = try judge(
            [.error(400, "response_format is not supported"), .chat(Self.good)], times: 2)
        XCTAssertEqual(result.judgements.map(\.score), [.value(4), .value(4)])
        let sent = result.server.requests.map { $0.json["response_format"] != nil }
        XCTAssertEqual(sent, [true, false, false])
        XCTAssertTrue(result.server.requests.allSatisfy { $0.json["logprobs"] != nil })
        XCTAssertEqual(result.notes.count, 1)
    }

    func testSeveralFeaturesAreLeftOut() throws {
        let result = try judge([
            .error(422, "logprobs: unknown field"), .error(400, "no"),
            .error(400, "Use max_completion_tokens instead of max_tokens"), .chat(Self.good),
        ])
        XCTAssertEqual(result.judgements[0].score, .value(4))
        let last = try XCTUnwrap(result.server.requests.last).json
        XCTAssertNil(last["logprobs"])
        XCTAssertNil(last["response_format"])
        XCTAssertNil(last["max_tokens"])
        XCTAssertNotNil(last["max_completion_tokens"])
        XCTAssertNotNil(last["seed"])
    }

    /// A refusal for another reason leaves the features of later requests as they were.
    func testARefusalForAnotherReason() throws {
        let refusal = ChatServer.Reply.error(400, "the picture is too large")
        let result = try judge([refusal, refusal, refusal, .chat(Self.good)], times: 2)
        XCTAssertEqual(
            result.judgements[0].score.reason?.rawValue, "no answer: refused by the server (400)")
        XCTAssertEqual(result.judgements[1].score, .value(4))
        let sent = result.server.requests.map { $0.json["response_format"] != nil }
        XCTAssertEqual(sent, [true, false, false, true])
        XCTAssertEqual(result.notes, [])
        let fixed = try judge([.error(400, "temperature must be 1")])
        XCTAssertEqual(fixed.server.requests.count, 1)
        XCTAssertEqual(fixed.judgements[0].answer, "temperature must be 1")
    }

    func testARefusalOfTheRequestIsMissing() throws {
        let result = try judge([.error(413, "image too large")], times: 2)
        XCTAssertEqual(
            result.judgements[0].score.reason?.rawValue, "no answer: refused by the server (413)")
        XCTAssertEqual(result.judgements[0].answer, "image too large")
        XCTAssertEqual(result.server.requests.count, 2)
    }

    // MARK: Failures that pass

    func testFailuresThatPass() throws {
        let failures: [[ChatServer.Reply]] = [
            [.error(500, "oops")], [.error(503, "Loading model")], [.error(502, "")], [.close],
            [.truncated(#"{"choices": [{"message": {"content": "Score"#)],
            [.answer(200, body: "<html>busy</html>")], [.answer(200, body: #"{"choices": []}"#)],
            [.error(429, "slow down", headers: ["Retry-After: 0"])], [.error(500, ""), .close],
        ]
        for failure in failures {
            let result = try judge(failure + [.chat(Self.good)])
            XCTAssertEqual(result.judgements[0].score, .value(4), "\(failure)")
            XCTAssertEqual(result.server.requests.count, failure.count + 1, "\(failure)")
        }
    }

    func testFailuresThatStayAreMissing() throws {
        for (reply, reason) in [
            (ChatServer.Reply.error(500, "oops"), "server error (500)"),
            (.error(503, "Loading model"), "server error (503)"),
            (.error(429, "slow"), "rate limited (429)"), (.close, "connection failed"),
            (.truncated("{"), "connection failed"), (.answer(200, body: "{"), "malformed response"),
        ] {
            let result = try judge([reply], cached: true)
            let judgement = result.judgements[0]
            XCTAssertEqual(judgement.score.reason?.rawValue, "no answer: \(reason)")
            XCTAssertTrue(judgement.score.reason.map(ChatJudge.isFailure) ?? false)
            XCTAssertEqual(result.server.requests.count, 3, reason)
            XCTAssertFalse(FileManager.default.fileExists(atPath: folder), reason)
        }
    }

    func testRetryAfterIsKept() throws {
        let start = Date()
        let result = try judge([.error(429, "slow", headers: ["Retry-After: 1"]), .chat(Self.good)])
        XCTAssertEqual(result.judgements[0].score, .value(4))
        XCTAssertGreaterThanOrEqual(Date().timeIntervalSince(start), 1)
        // Longer than is waited for: seconds, or a date.
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        for wait in ["3600", format.string(from: Date() + 3600)] {
            let tooLong = try judge([.error(429, "", headers: ["Retry-After: \(wait)"])])
            XCTAssertEqual(tooLong.server.requests.count, 1)
            XCTAssertEqual(
                tooLong.judgements[0].score.reason?.rawValue, "no answer: rate limited (429)")
        }
        // What says nothing counts as no header.
        for wait in ["-1", "soon", "", "nan", "Sun, 06 Nov 1994 08:00:00 GMT"] {
            let result = try judge([
                .error(429, "slow", headers: ["Retry-After: \(wait)"]), .chat(Self.good),
            ])
            XCTAssertEqual(result.judgements[0].score, .value(4), wait)
        }
    }

    /// Answers that end before their header does, and answers that are none.
    func testAnAnswerThatIsNoHTTP() throws {
        for bytes in [
            "", "HTTP/1.1 200 OK\r\nContent-Type: application/json", "hello",
            "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n{}",
            "HTTP/9.9 200 OK\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ] {
            let judgement = try judge([.raw(bytes)]).judgements[0]
            XCTAssertTrue(judgement.score.reason.map(ChatJudge.isFailure) ?? false, bytes)
        }
    }

    /// A server that loads its model is waited for longer than a number of retries.
    func testAServerThatLoadsItsModel() throws {
        let loading = [ChatServer.Reply](repeating: .error(503, "Loading model"), count: 8)
        let result = try judge(loading + [.chat(Self.good)]) {
            $0.loadingTime = 10
            $0.longestWait = 0.01
        }
        XCTAssertEqual(result.judgements[0].score, .value(4))
        XCTAssertEqual(result.server.requests.count, 9)
    }

    func testAHangEnds() throws {
        let start = Date()
        let result = try judge([.hang]) {
            $0.timeOut = 0.2
            $0.retries = 1
        }
        XCTAssertEqual(result.judgements[0].score.reason?.rawValue, "no answer: timed out")
        XCTAssertEqual(result.server.requests.count, 2)
        XCTAssertLessThan(Date().timeIntervalSince(start), 4)
    }

    func testAnInterruptionEndsAHang() throws {
        struct Stop: Error {}
        let server = try ChatServer([.hang])
        defer { server.stop() }
        let end = Date() + 0.2
        let judge = ChatJudge(
            try settings(server), prompt: Prompt(.masked), cache: nil,
            check: { if Date() > end { throw Stop() } })
        XCTAssertThrowsError(try judge.judge(question)) { XCTAssertTrue($0 is Stop) }
        XCTAssertLessThan(Date(), end + 2)
    }

    /// After five failures in a row, the server is left in peace.
    func testADeadServerIsNotAskedForEver() throws {
        let result = try judge([.close], times: 7) { $0.retries = 0 }
        XCTAssertEqual(result.server.requests.count, 5)
        XCTAssertEqual(
            result.judgements[6].score.reason?.rawValue,
            "no answer: not asked: the server failed 5 times in a row")
    }

    func testTheRateIsLimited() throws {
        let start = Date()
        _ = try judge([.chat(Self.good)], times: 3) { $0.requestsPerMinute = 300 }
        XCTAssertGreaterThan(Date().timeIntervalSince(start), 0.4)
    }

    // MARK: Failures for all pictures

    func testWhatConcernsAllPictures() throws {
        for (reply, words) in [
            (ChatServer.Reply.error(401, "bad key"), "refuses the key (401)"),
            (.answer(401, headers: ["WWW-Authenticate: Basic realm=\"x\""], body: ""), "(401)"),
            (.error(404, "no such model"), "is not found (404)"),
            (.answer(302, headers: ["Location: http://127.0.0.1:1/"], body: ""), "redirect (302)"),
        ] {
            XCTAssertThrowsError(try judge([reply])) {
                XCTAssertTrue($0 is ServerError, "\($0)")
                XCTAssertTrue("\($0)".contains(words), "\($0)")
            }
        }
    }

    // MARK: The cache

    func testAcceptedAnswersAreCached() throws {
        let first = try judge([.chat(Self.good)], times: 2, cached: true)
        XCTAssertEqual(first.server.requests.count, 1)
        XCTAssertEqual(first.judgements.map(\.isFromCache), [false, true])
        var stored = first.judgements[1]
        stored.isFromCache = false
        XCTAssertEqual(stored, first.judgements[0])
        // Another server: only the sent bytes and the model count.
        XCTAssertEqual(try judge([.close], cached: true).judgements[0].score, .value(4))
        let other = try judge([.chat("Score: 1")], cached: true) { $0.seed = 1 }
        XCTAssertEqual(other.judgements[0].score, .value(1))
    }

    /// An answer to a request without `response_format` is found before the server is asked.
    func testAnswersWithoutAFeatureAreFound() throws {
        _ = try judge([.error(400, "response_format"), .chat(Self.good)], cached: true)
        let again = try judge([.close], cached: true)
        XCTAssertEqual(again.judgements[0].score, .value(4))
        XCTAssertEqual(again.server.requests.count, 0)
    }

    func testADamagedCacheIsAnError() throws {
        _ = try judge([.chat(Self.good)], cached: true)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        XCTAssertEqual(files.count, 1)
        try "{".write(toFile: "\(folder)/\(files[0])", atomically: true, encoding: .utf8)
        XCTAssertThrowsError(try judge([.chat(Self.good)], cached: true)) {
            XCTAssertTrue("\($0)".contains(files[0]), "\($0)")
        }
    }

    /// A disk that cannot be written is no failure of the server.
    func testACacheThatCannotBeWritten() throws {
        try "a file".write(toFile: folder, atomically: true, encoding: .utf8)
        let server = try ChatServer([.chat(Self.good)])
        defer { server.stop() }
        let judge = ChatJudge(try settings(server), prompt: Prompt(.masked), cache: folder)
        XCTAssertThrowsError(try judge.judge(question)) {
            XCTAssertTrue("\($0)".contains(folder), "\($0)")
        }
        XCTAssertEqual(server.requests.count, 1)
    }

    // MARK: The key

    /// A server that gives the key back in every field must not bring it into any file or message.
    func testTheKeyStaysSecret() throws {
        let key = Self.key
        let answer = #"{"evaluation": "\#(key)", "justification": "\#(key)", "score": 4}"#
        let result = try judge([.chat(answer, model: key)], cached: true) {
            $0.key = try self.key()
        }
        XCTAssertEqual(result.judgements[0].score, .value(4))
        var texts = ["\(result.judgements[0])"]
        for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
            texts.append(file)
            texts.append(try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8))
        }
        XCTAssertEqual(texts.count, 3)
        for reply in [
            ChatServer.Reply.error(500, "Bearer \(key)"), .error(413, key), .chat("no \(key)"),
            .error(400, "response_format \(key)"), .answer(200, body: key),
        ] {
            let result = try judge([reply]) { $0.key = try self.key() }
            texts.append("\(result.judgements[0]) \(result.notes)")
        }
        XCTAssertThrowsError(
            try judge([.error(401, "\(key) is wrong")]) { $0.key = try self.key() }
        ) {
            texts.append("\($0)")
        }
        texts.append("\(try self.key())")
        texts.append(String(reflecting: try self.key()))
        for text in texts { XCTAssertFalse(text.contains(key), text) }
        XCTAssertTrue(texts[0].contains("[key]"), texts[0])
    }

    func testKeysThatAreNone() {
        let environment = [
            "SHORT": "abc", "EMPTY": "", "SPACE": "abcdefgh ijkl", "LINE": "abcdefgh\n",
        ]
        for name in ["SHORT", "EMPTY", "SPACE", "LINE", "ABSENT", Self.key, "A B", ""] {
            XCTAssertThrowsError(try APIKey(variable: name, environment: environment), name) {
                XCTAssertFalse("\($0)".contains(Self.key), "\($0)")
                XCTAssertFalse("\($0)".contains("abc"), "\($0)")
            }
        }
    }
}
