import Foundation
import PlumblineJudges

extension Reader {
    static let chatReaders = [
        Reader(name: "chat", format: HTTPFormat(), crafted: Crafted.answers, start: startChat)
    ]

    /// An answer of a server that echoes the key must not bring it into a judgement.
    static let secret = "sk-fuzz-0123456789abcdef"

    /// Asks the chat judge, whose server sends the input: status, headers and body.
    @Sendable private static func startChat() throws -> Read {
        let server = try AnswerServer()
        var settings = try ChatSettings(base: "http://127.0.0.1:\(server.port)/v1", model: "tiny")
        settings.key = try APIKey(variable: "FUZZ_KEY", environment: ["FUZZ_KEY": secret])
        settings.retries = 0
        settings.loadingTime = 0
        settings.timeOut = 3
        settings.mostFailures = .max
        let judge = ChatJudge(settings, prompt: Prompt(.masked), cache: nil)
        let question = JudgeQuestion(
            image: "image", label: "Cardiomegaly", png: Data([1, 2, 3]), weights: [1], mask: nil)
        return { input in
            server.setAnswer(input.bytes)
            let judgement: Judgement
            do { judgement = try judge.judge(question) } catch {
                guard !"\(error)".contains(secret) else { throw Wrong(problem: "the key is shown") }
                throw error
            }
            try check(judgement)
        }
    }

    private static func check(_ judgement: Judgement) throws {
        guard !"\(judgement)".contains(secret) else { throw Wrong(problem: "the key is shown") }
        if case .value(let score) = judgement.score, !(0...5).contains(score) {
            throw Wrong(problem: "a score of \(score)")
        }
        if let expectation = judgement.expectation, !(0...5).contains(expectation) {
            throw Wrong(problem: "an expected score of \(expectation)")
        }
    }
}
