import Foundation
import PlumblineStatistics

extension StudyVerdict {
    /// One object with `plan`, `planned`, `notes`, `claims` and `exploratory`, keys sorted.
    ///
    /// A number that does not exist is `null`.
    ///
    /// - Throws: an error of `JSONEncoder`.
    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        let value = Document(
            plan: plan.hash, planned: isPlanned, notes: notes,
            claims: outcomes.map { Entry($0, verdict: $0.verdict.rawValue) },
            exploratory: exploratory.map { Entry($0, verdict: "exploratory") })
        return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    }

    private struct Document: Encodable {
        let plan: String
        let planned: Bool
        let notes: [String]
        let claims: [Entry]
        let exploratory: [Entry]
    }

    private struct Entry: Encodable {
        private let outcome: ClaimOutcome
        private let verdict: String

        init(_ outcome: ClaimOutcome, verdict: String) {
            self.outcome = outcome
            self.verdict = verdict
        }

        private enum Key: String, CodingKey {
            case claim, quantity, expected, family, verdict, reason, estimate
            case standardError = "standard_error"
            case degrees, lower, upper
            case pValue = "p_value"
            case adjustedP = "adjusted_p_value"
            case signFlipP = "sign_flip_p_value"
            case pairs
            case startingModels = "starting_models"
            case gate = "auroc_gate"
            case left = "left_out"
        }

        func encode(to encoder: any Encoder) throws {
            var box = encoder.container(keyedBy: Key.self)
            try box.encode(outcome.claim.name, forKey: .claim)
            try box.encode(outcome.claim.quantity, forKey: .quantity)
            try box.encode(outcome.claim.expected, forKey: .expected)
            try box.encode(outcome.claim.family, forKey: .family)
            try box.encode(verdict, forKey: .verdict)
            try box.encode(outcome.reason, forKey: .reason)
            try box.encode(outcome.estimate, forKey: .estimate)
            try box.encode(outcome.standardError, forKey: .standardError)
            try box.encode(outcome.degrees, forKey: .degrees)
            try box.encode(outcome.interval?.lower, forKey: .lower)
            try box.encode(outcome.interval?.upper, forKey: .upper)
            try box.encode(outcome.pValue, forKey: .pValue)
            try box.encode(outcome.adjustedP, forKey: .adjustedP)
            try box.encode(outcome.signFlipP, forKey: .signFlipP)
            try box.encode(outcome.pairs, forKey: .pairs)
            try box.encode(outcome.startingModels, forKey: .startingModels)
            try box.encode(outcome.gate.rawValue, forKey: .gate)
            try box.encode(outcome.left, forKey: .left)
        }
    }
}
