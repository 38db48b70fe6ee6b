import PlumblineStatistics

extension StudyVerdict {
    /// The claims with their verdicts, and then what was not planned.
    public var tables: [ReportTable] {
        var claims = ReportTable(
            "claims", title: "Claims of plan \(plan.hash.prefix(12))", header: Self.header)
        for outcome in outcomes { claims.add(row(outcome, isPlanned: true)) }
        claims.notes =
            notes + [
                "estimate: mean over fine-tuned pairs; interval and p: CR2 over starting models, "
                    + "Satterthwaite t; \(Self.percent(1 - plan.level))% interval, "
                    + "\(Self.percent(1 - 2 * plan.level))% for equivalence"
            ]
        var others = ReportTable(
            "exploratory", title: "Exploratory: not planned, not corrected", header: Self.header)
        for outcome in exploratory { others.add(row(outcome, isPlanned: false)) }
        return exploratory.isEmpty ? [claims] : [claims, others]
    }

    private static let header = [
        "claim", "quantity", "expected", "verdict", "estimate", "lower", "upper", "p",
        "adjusted p", "sign-flip p", "pairs", "starting models", "AUROC gate", "why",
    ]

    private func row(_ outcome: ClaimOutcome, isPlanned: Bool) -> [ReportTable.Cell] {
        func number(_ value: Double?) -> ReportTable.Cell { value.map { .number($0) } ?? .missing }
        func p(_ value: Double?) -> ReportTable.Cell { value.map { .pValue($0) } ?? .missing }
        let why = [outcome.reason, outcome.left].filter { !$0.isEmpty }.joined(separator: "; ")
        return [
            .text(isPlanned ? outcome.claim.name : "-"), .text(outcome.claim.quantity),
            .text(isPlanned ? outcome.claim.expected : "-"),
            .text(isPlanned ? outcome.verdict.rawValue : "exploratory"),
            number(outcome.estimate), number(outcome.interval?.lower),
            number(outcome.interval?.upper), p(outcome.pValue), p(outcome.adjustedP),
            p(outcome.signFlipP), .count(outcome.pairs), .count(outcome.startingModels),
            .text(outcome.gate.rawValue), .text(why),
        ]
    }

    private static func percent(_ share: Double) -> String {
        let value = (share * 1000).rounded() / 10
        return value == value.rounded() ? "\(Int(value))" : "\(value)"
    }
}
