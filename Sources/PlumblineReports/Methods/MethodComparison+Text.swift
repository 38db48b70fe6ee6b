import Foundation
import PlumblineStorage

extension MethodComparison {
    /// Two tables in Markdown, with the tests between them.
    public var text: String {
        var lines = ["\(title) (\(direction)): \(subject)", "", methodTable, "", counts]
        lines += tests.map { "- \($0)" }
        lines += ["", pairTable]
        return lines.joined(separator: "\n")
    }

    private var subject: String {
        var parts = [factors.className, factors.model, factors.pretraining, factors.scenario]
        if !factors.trainedThrough.isEmpty {
            parts.append("trained through \(factors.trainedThrough)")
        }
        if let seed = factors.seed { parts.append("seed \(seed)") }
        if !factors.checkpoint.isEmpty { parts.append("checkpoint \(factors.checkpoint)") }
        return parts.filter { !$0.isEmpty }.map(\.printable).joined(separator: ", ")
    }

    private var methodTable: String {
        var table = TextTable(["method", "mean", "mean rank", "missing"])
        for method in methods {
            let missing = method.missing.sorted { $0.key < $1.key }
                .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
            table.add([
                method.name, String(format: "%.4f", method.mean),
                String(format: "%.2f", method.meanRank), missing.isEmpty ? "0" : missing,
            ])
        }
        return table.text
    }

    private var counts: String {
        let blocks =
            blockName == "images" ? "" : ", as means over \(blocks) \(blockName)"
        let omitted =
            incompleteImages == 0
            ? "" : "; \(incompleteImages) left out, which lack a value of some method"
        return "\(completeImages) images have a value for every method\(blocks)\(omitted)."
    }

    private var tests: [String] {
        guard let friedman else { return ["Friedman: all methods have equal values everywhere"] }
        let degrees = methods.count - 1
        let f =
            friedman.imanDavenport.isFinite
            ? String(format: "F %.3f", friedman.imanDavenport) : "F infinite (one order everywhere)"
        let bars = groups.filter { $0.count > 1 }.map { $0.joined(separator: " = ") }
        return [
            String(format: "Friedman: chi-square %.3f, ", friedman.chiSquare)
                + "\(degrees) degrees of freedom, p = \(Self.probability(friedman.pValue))",
            "Iman and Davenport: \(f), \(degrees) and \(degrees * (blocks - 1)) degrees of "
                + "freedom, p = \(Self.probability(friedman.imanDavenportPValue))",
            String(
                format: "Nemenyi: mean ranks differ by %.2f or more at the level 0.05; ",
                criticalDifference)
                + (bars.isEmpty
                    ? "all methods differ"
                    : "not told apart: \(bars.joined(separator: "; "))"),
        ]
    }

    private var pairTable: String {
        var table = TextTable([
            "pair", "mean difference", "Wilcoxon p", "after Holm", "Nemenyi p",
        ])
        for pair in pairs {
            table.add([
                "\(pair.first) - \(pair.second)", String(format: "%+.4f", pair.difference),
                pair.wilcoxon.map { Self.probability($0.pValue) } ?? "all equal",
                Self.probability(pair.holmPValue), Self.probability(pair.nemenyiPValue),
            ])
        }
        return table.text
    }

    private static func probability(_ value: Double) -> String { String(format: "%.2g", value) }
}
