import ArgumentParser
import Foundation
import PlumblineData
import PlumblineExperiments
import PlumblineJudges

/// The server of a chat model.
struct ChatOptions: ParsableArguments {
    @Option(help: "chat: the server, such as http://127.0.0.1:8080/v1.") var baseURL: String?
    @Option(help: "chat: the model's name.") var model: String?
    @Option(help: "chat: the NAME of the environment variable that holds the key.")
    var keyVariable: String?
    @Option(help: "chat: the sampling temperature.") var temperature = 0.0
    @Option(help: "chat: top_p.") var topP = 1.0
    @Option(name: .customLong("seed"), help: "chat: the seed that is sent.") var chatSeed = 0
    @Option(help: "chat: the most tokens of an answer.") var mostTokens = 1024
    @Option(help: "chat: seconds until an answer must be complete.") var timeOut = 120.0
    @Option(help: "chat: how often a failed request is sent again.") var retries = 4
    @Option(help: "chat: the most requests per minute.") var rate: Double?
    @Option(help: "chat: the folder of accepted answers. Default: beside --output.")
    var cache: String?

    func validate() throws {
        guard (0...10).contains(temperature) else {
            throw ValidationError("--temperature must be from 0 to 10")
        }
        guard topP > 0, topP <= 1 else { throw ValidationError("--top-p must be in (0, 1]") }
        guard (1...1_000_000).contains(mostTokens) else {
            throw ValidationError("--most-tokens must be from 1 to 1000000")
        }
        guard timeOut > 0, timeOut <= 86_400 else {
            throw ValidationError("--time-out must be above 0 and at most 86400")
        }
        guard (0...100).contains(retries) else {
            throw ValidationError("--retries must be from 0 to 100")
        }
        guard rate.map({ $0 > 0 && $0.isFinite }) ?? true else {
            throw ValidationError("--rate must be above 0")
        }
    }

    /// - Throws: ``JudgeError`` if the server or the model is not named, or cannot be used.
    func settings() throws -> ChatSettings {
        guard let baseURL else { throw JudgeError("--base-url", "is needed for the judge chat") }
        guard let model else { throw JudgeError("--model", "is needed for the judge chat") }
        var settings = try ChatSettings(base: baseURL, model: model)
        settings.key = try keyVariable.map {
            try APIKey(variable: $0, environment: ProcessInfo.processInfo.environment)
        }
        settings.temperature = temperature
        settings.topP = topP
        settings.seed = chatSeed
        settings.mostTokens = mostTokens
        settings.timeOut = timeOut
        settings.retries = retries
        settings.requestsPerMinute = rate
        if settings.exposesKey {
            Progress.warn("the key crosses the network as plain text; use an https address")
        }
        return settings
    }

    /// The folder of accepted answers.
    func cacheFolder(beside output: String) -> String {
        cache ?? PathText.withoutExtension(output) + ".cache"
    }
}
