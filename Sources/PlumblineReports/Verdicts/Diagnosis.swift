import Foundation
import PlumblineStorage

/// A usual trouble of a method on a model, with its likely cause and what to try.
public struct Diagnosis: Sendable, Equatable {
    public enum Trouble: String, Sendable, CaseIterable {
        /// Maps with values that are not finite.
        case notFinite = "not finite"
        /// Maps of one value, such as 0 everywhere.
        case constantMap = "constant map"
        /// Maps without a positive value.
        case noPositiveRelevance = "no positive relevance"
        /// The mean deletion, relative to the probability at the image, is above 0.9.
        ///
        /// AutoTimm's guide calls that poor (``ReadingBand``).
        case deletionWithoutEffect = "deletion without effect"
        /// No map of at least five hits its mask.
        case pointingNeverHits = "pointing game never hits"
        /// At least half of the explained probabilities are 0.999 or more.
        case saturatedProbability = "saturated probability"
        /// At least half of the explained probabilities are 0.001 or less.
        case vanishedProbability = "vanished probability"
    }

    /// The scenario and the method.
    public let name: String
    public let trouble: Trouble
    /// One line: what was found, the cause, and what to try.
    public let line: String

    /// The troubles of a results file, run by run.
    public static func all(in results: Results) -> [Diagnosis] {
        MethodScores.all(in: results).flatMap { scores in
            Trouble.allCases.compactMap { trouble in
                advice(trouble, scores).map {
                    Diagnosis(name: scores.name, trouble: trouble, line: "\(scores.name): \($0)")
                }
            }
        }
    }

    /// Images that a pointing game needs before no hit means anything.
    private static let fewestPointed = 5

    /// What was found, the cause and the remedy; `nil` if the run does not have this trouble.
    private static func advice(_ trouble: Trouble, _ scores: MethodScores) -> String? {
        switch trouble {
        case .notFinite, .constantMap, .noPositiveRelevance: maps(trouble, scores)
        case .deletionWithoutEffect: deletion(scores)
        case .pointingNeverHits: pointing(scores)
        case .saturatedProbability, .vanishedProbability: probability(trouble, scores)
        }
    }

    private static func maps(_ trouble: Trouble, _ scores: MethodScores) -> String? {
        let count = scores.imagesMissing(
            trouble == .constantMap
                ? [trouble.rawValue, "no relevance"] : [trouble.rawValue])
        guard count > 0 else { return nil }
        let share = "\(count) of \(scores.images.count) maps"
        switch trouble {
        case .notFinite:
            return "\(share) lead to values that are not finite: relevance or activations grow "
                + "without bound, as epsilon-plus LRP does on transformers; try attn_lrp or a "
                + "gradient method, and check the weights"
        case .constantMap:
            return "\(share) have one value everywhere, such as 0: no gradient reaches the image "
                + "(dead ReLUs, a saturated probability) or a CAM has no positive activation; try "
                + "explanation.of: logit, or another method"
        default:
            return "\(share) have no positive relevance: what the map shows speaks against the "
                + "class; check that the explained class is the predicted one (data.target), or "
                + "read the negative relevance"
        }
    }

    private static func deletion(_ scores: MethodScores) -> String? {
        let means = scores.metrics("deletion_relative").compactMap { metric in
            scores.mean(metric).map { (metric, $0) }
        }
        guard let (metric, mean) = means.first(where: { $0.1 > 0.9 }) else { return nil }
        return String(format: "\(metric) is %.3f (> 0.9): ", mean)
            + "removing the most relevant pixels hardly changes the probability; the map may miss "
            + "the evidence, or the replacement leaves the class visible: try deletion:black or "
            + "deletion:mean, and compare with insertion"
    }

    private static func pointing(_ scores: MethodScores) -> String? {
        let games = scores.metrics("pointing_game") + scores.metrics("hit_rate")
        for game in games {
            let values = scores.values(game)
            guard values.count >= fewestPointed, values.allSatisfy({ $0 == 0 }) else { continue }
            return "\(game) never hits, in \(values.count) images: masks and images may not "
                + "belong together (flipped, another size, another class), or the model looks "
                + "elsewhere; look at panel.png, check the masks with `plumbline data`, and "
                + "compare with pointing_game_chance"
        }
        return nil
    }

    private static func probability(_ trouble: Trouble, _ scores: MethodScores) -> String? {
        let isSaturated = trouble == .saturatedProbability
        let count = scores.images.count {
            isSaturated ? $0.probability >= 0.999 : $0.probability <= 0.001
        }
        guard count > 0, 2 * count >= scores.images.count else { return nil }
        let share = "\(count) of \(scores.images.count) explained probabilities"
        return isSaturated
            ? "\(share) are 0.999 or more: a probability at its end has almost no gradient, and "
                + "curves of it stay flat; explain the logit (explanation.of: logit), and "
                + "read metrics of the logit such as sensitivity_n"
            : "\(share) are 0.001 or less: the model does not see the class, so scores relative to "
                + "the probability mean little; check labels and preprocessing, or explain what is "
                + "predicted (data.target: predicted)"
    }
}
