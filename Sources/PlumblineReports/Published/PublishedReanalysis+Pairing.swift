extension PublishedReanalysis {
    /// Whether the rows of each cell line up with the others.
    public func pairingTable() -> ReportTable {
        var table = ReportTable(
            "pairing", title: "Are rows of different cells the same images?",
            header: [
                "initialisation", "model", "explanation", "finding", "rows", "complete", "order",
                "correlation", "shuffled",
            ])
        for check in pairing.checks {
            let isKnown = check.isComplete || pairing.isByName
            table.add([
                .text(check.cell.initialisation), .text(check.cell.model),
                .text(check.cell.method), .text(check.cell.label), .count(check.rows),
                .count(check.completeRows), .text(isKnown ? "known" : "unknown"),
                check.correlation.map { .number($0, digits: 2) } ?? .missing,
                check.shuffled.map { .number($0, digits: 2) } ?? .missing,
            ])
        }
        table.notes = pairingNotes
        return table
    }

    /// What the check of the pairing and the counts of missing rows say, in sentences.
    public var pairingNotes: [String] {
        var notes: [String] = []
        let complete = pairing.checks.filter(\.isComplete).count
        if pairing.isByName {
            notes.append("The files name the image of each row.")
        } else {
            notes.append(
                "\(complete) of \(pairing.checks.count) cells are complete; the others are not in "
                    + "the corrected inference, since which images they miss is not known.")
        }
        if let means = pairing.meanCorrelations {
            notes.append(
                "Aligned mass accuracy, row by row: mean correlation of two cells of a finding "
                    + "\(PublishedTables.threeDigits(means.inOrder)), with shuffled rows "
                    + "\(PublishedTables.threeDigits(means.shuffled)).")
        }
        let images = Dictionary(grouping: pairing.checks, by: \.cell.label).values.reduce(0) {
            $0 + $1[0].completeRows
        }
        let pipelines =
            PublishedRow.models.count * PublishedRow.initialisations.count
            * PublishedRow.methods.count
        let missing = missingByMethod(pipelines: pipelines)
        let total = missing.reduce(0) { $0 + $1.count }
        notes.append(
            "\(total) of \(images * pipelines) rows are missing"
                + (total == 0
                    ? "."
                    : ": " + missing.map { "\($0.method) \($0.count)" }.joined(separator: ", ")
                        + "."))
        if !pairing.absent.isEmpty {
            notes.append(
                "\(pairing.absent.count) cells have no row: "
                    + pairing.absent.map(\.name).joined(separator: "; ") + ".")
        }
        return notes
    }

    private func missingByMethod(pipelines: Int) -> [(method: String, count: Int)] {
        let complete = Dictionary(
            pairing.checks.map { ($0.cell.label, $0.completeRows) },
            uniquingKeysWith: { first, _ in first })
        return PublishedRow.methods.compactMap { method in
            let present = pairing.checks.filter { $0.cell.method == method }
            let absent = pairing.absent.filter { $0.method == method }
            let count =
                present.reduce(0) { $0 + $1.completeRows - $1.rows }
                + absent.reduce(0) { $0 + (complete[$1.label] ?? 0) }
            return count > 0 ? (method, count) : nil
        }
    }
}
