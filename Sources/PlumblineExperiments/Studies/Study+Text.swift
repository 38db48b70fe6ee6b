import PlumblineReports
import PlumblineStorage

extension Study {
    /// The plan: its cells, seeds, claims and power, and its hash.
    ///
    /// - Throws: ``StorageError`` if the earlier results cannot be read.
    public func tables() throws -> [ReportTable] {
        let earlier = plan.earlier.isEmpty ? nil : try Results.read(plan.earlier)
        return [cellTable, claimTable, try powerTable(earlier)]
    }

    private var cellTable: ReportTable {
        var table = ReportTable(
            "axes", title: "Plan \(plan.hash)", header: ["axis", "levels"])
        for (place, axis) in sweep.axes.enumerated() {
            var levels: [String] = []
            for cell in sweep.cells where !levels.contains(cell.labels[place].label) {
                levels.append(cell.labels[place].label)
            }
            table.add([.text(axis), .text(levels.joined(separator: ", "))])
        }
        let starts = Set(sweep.cells.map(\.keys.start)).count
        let stopping =
            switch plan.stopping {
            case .allCells: "after all cells are done or have failed"
            case .pairs(let count): "for each claim after \(count) fine-tuned pairs"
            }
        let gate =
            plan.aurocMargin.map { "a loss of at most \($0) against the starting model" }
            ?? "none declared"
        table.notes = [
            "\(sweep.cells.count) cells, \(starts) starting models",
            "judged \(stopping); level \(plan.level); AUROC gate: \(gate)",
        ]
        return table
    }

    private var claimTable: ReportTable {
        var table = ReportTable(
            "claims", title: "Claims",
            header: ["claim", "quantity", "expected", "family", "correction"])
        for claim in plan.claims {
            table.add([
                .text(claim.name), .text(claim.quantity), .text(claim.expected),
                .text(claim.family), .text(plan.families[claim.family]?.rawValue ?? "none"),
            ])
        }
        return table
    }

    private func powerTable(_ earlier: Results?) throws -> ReportTable {
        var table = ReportTable(
            "power", title: "Power",
            header: [
                "claim", "effect", "spread", "spread from", "pairs", "starting models", "power",
                "models needed",
            ])
        func number(_ value: Double?) -> ReportTable.Cell { value.map { .number($0) } ?? .missing }
        for claim in plan.claims {
            let counts = planned(claim)
            let power = try StudyPower(
                claim, plan: plan, pairs: counts.pairs, startingModels: counts.startingModels,
                earlier: earlier)
            let source =
                power.earlierModels > 0
                ? "\(power.source), \(power.earlierModels) starting models" : power.source
            table.add([
                .text(claim.name),
                number(claim.expectation == .equivalent ? claim.margin : claim.effect),
                number(power.deviation), .text(source), .count(power.pairs),
                .count(power.startingModels), number(power.power),
                power.needed.map { .count($0) } ?? .missing,
            ])
        }
        table.notes = [
            "effect: the smallest that matters, or the margin of an equivalence, at a true effect "
                + "of 0",
            "spread: standard deviation between starting models; models needed: for a power of "
                + "\(plan.power), at the level divided by the claims of the family",
        ]
        if plan.claims.contains(where: { $0.expectation != .equivalent && $0.effect == nil }) {
            table.notes.append("no power without `effect`, the smallest effect that matters")
        }
        return table
    }
}
