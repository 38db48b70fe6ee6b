import ArgumentParser
import Foundation
import PlumblineExperiments
import PlumblineJudges
import PlumblineMetrics
import PlumblineReports

/// What the judge commands print.
enum JudgedTable {
    static func text(_ judged: Judged) -> String {
        var table = TextTable(["cell", "prediction", "score", "images", "share"])
        let threshold = judged.matrix.threshold
        for cell in AttentionCell.allCases {
            let isRight = cell == .correct || cell == .attendsToWrongObject
            let isHigh = cell == .correct || cell == .misunderstoodObject
            table.add([
                cell.rawValue, isRight ? "right" : "wrong", "\(isHigh ? ">=" : "<") \(threshold)",
                "\(judged.matrix.count(cell))", number(judged.matrix.share(cell)),
            ])
        }
        var lines = [
            table.text, "err (wrong or low score): \(number(judged.matrix.errorShare))",
        ]
        for (reason, count) in judged.missing.sorted(by: { $0.key < $1.key }) {
            lines.append("without a cell: \(count) \(reason)")
        }
        lines.append(judged.verdict.text)
        let use = judged.use
        if use.promptTokens + use.completionTokens + use.fromCache > 0 {
            lines.append(
                "\(use.promptTokens) prompt tokens, \(use.completionTokens) answer tokens, "
                    + "\(use.fromCache) of \(judged.rows.count) answers from the cache")
        }
        return lines.joined(separator: "\n")
    }

    static func text(_ points: [MaskSweep.Point]) -> String {
        var table = TextTable(["alpha", "beta"] + agreementColumns)
        for point in points {
            table.add(
                ["\(point.mask.alpha)", "\(point.mask.beta)"] + agreementCells(point.agreement))
        }
        return table.text
    }

    static func text(_ agreement: JudgeAgreement) -> String {
        var table = TextTable(agreementColumns)
        table.add(agreementCells(agreement))
        return table.text
    }

    /// - Throws: the exit code 1 if the server failed for some pictures.
    static func requireAnswers(_ judged: Judged) throws {
        let failures = judged.rows.filter {
            $0.judgement.score.reason.map { ChatJudge.isFailure($0) } ?? false
        }
        guard let first = failures.first else { return }
        let reason = first.judgement.score.reason?.rawValue ?? ""
        let detail = first.judgement.answer.isEmpty ? "" : " (\(first.judgement.answer))"
        ProgramLog.error(
            "\(failures.count) of \(judged.rows.count) pictures have no answer, such as "
                + "\(first.image): \(reason)\(detail); the same command asks for them again")
        throw ExitCode.failure
    }

    private static let agreementColumns = [
        "images", "left out", "Pearson", "linear kappa", "quadratic kappa", "acceptance",
        "same side",
    ]

    private static func agreementCells(_ agreement: JudgeAgreement) -> [String] {
        ["\(agreement.count)", "\(agreement.left)"]
            + [
                agreement.pearson, agreement.linearKappa, agreement.quadraticKappa,
                agreement.acceptanceRate, agreement.sameSide,
            ].map(number)
    }

    private static func number(_ value: Measured) -> String {
        value.value.map { String(format: "%.3f", $0) } ?? "-"
    }
}
