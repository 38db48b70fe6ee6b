import Foundation
import PlumblineStorage

/// Names of what a cell needs, by the settings that determine it.
///
/// They are known without the data. Stages themselves are named by contents too
/// (``StageIdentity``). Two cells with one key never do that work at once. Paths count as the file
/// of the sweep writes them: with relative ones, a sweep may move with its data.
struct SweepKeys: Sendable, Hashable {
    /// The training of the starting model.
    let start: String
    /// The evaluation of the starting model.
    let startEvaluation: String
    /// The fine-tune.
    let fineTune: String
    /// The cell: the fine-tune and its evaluation.
    let cell: String

    /// - Parameter resolvesPaths: whether some paths count as the places that they lead to, as in
    ///   the names of older programs.
    /// - Throws: an error if the composite's file or the method is wrong.
    init(_ configuration: Configuration, scenario: String, resolvesPaths: Bool = false) throws {
        func lines(isAlignment: Bool) throws -> [String] {
            try StageSettings(
                configuration: configuration, isAlignment: isAlignment, hasImageFiles: false,
                resolvesPaths: resolvesPaths
            ).lines
        }
        let keys = ConfigurationKeys.all
        func values(_ isIncluded: (String) -> Bool) -> [String] {
            keys.filter { isIncluded($0.name) }
                .map { "\($0.name) = \($0.write(configuration))" }
        }
        let weights = values { ["model.weights", "model.weights_key"].contains($0) }
        start = Self.hash(try lines(isAlignment: false) + weights)
        let evaluation = values { key in
            ["data.", "evaluate.", "explanation.", "model."].contains { key.hasPrefix($0) }
                || key == "seed"
        }
        let methods = ["methods: \(configuration.evaluatedExplanations)"]
        startEvaluation = Self.hash([start] + evaluation + methods)
        let files = values { $0.hasSuffix(".masks") || $0 == "explanation.composite" }
        fineTune = Self.hash(
            [start, "scenario: \(scenario)"] + (try lines(isAlignment: true)) + files)
        cell = Self.hash([fineTune, startEvaluation])
    }

    /// A hash of lines, in 64 hexadecimal digits.
    static func hash(_ lines: [String]) -> String {
        sha256(of: Data(lines.joined(separator: "\n").utf8))
    }
}
