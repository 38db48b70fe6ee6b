import PlumblineStatistics

/// The published regressions again, with errors that allow rows of one image and rows of one
/// fine-tuned pair to be dependent.
public struct PublishedReanalysis {
    public let scores: PublishedScores
    public let pairing: PublishedPairing
    /// The regression of each gap: coefficients with two-way errors, images and pairs.
    public let coefficients: [PublishedAccuracy: [Coefficient]]
    /// As published, of all rows.
    public let published: [PublishedAccuracy: [Coefficient]]

    /// - Throws: ``RegressionError`` where the rows do not determine every coefficient.
    public init(_ scores: PublishedScores) throws {
        self.scores = scores
        pairing = PublishedPairing(scores)
        var coefficients: [PublishedAccuracy: [Coefficient]] = [:]
        var published: [PublishedAccuracy: [Coefficient]] = [:]
        for accuracy in PublishedAccuracy.allCases {
            published[accuracy] = try PublishedRegression.fit(accuracy, scores.rows).coefficients
            coefficients[accuracy] = try PublishedRegression.fit(accuracy, pairing.rows).clustered(
                by: pairing.images, and: pairing.pairs)
        }
        self.coefficients = coefficients
        self.published = published
    }

    /// The coefficients of one gap with two-way errors.
    public func regression(_ accuracy: PublishedAccuracy) -> ReportTable {
        var table = ReportTable(
            "twoway_\(accuracy)",
            title: "Regression of the \(accuracy) gap, errors clustered by image and by pair",
            header: PublishedTables.regressionHeader)
        for coefficient in coefficients[accuracy]! { table.add(PublishedTables.row(coefficient)) }
        table.notes = [
            "n = \(pairing.rows.count), \(Set(pairing.images).count) images, "
                + "\(Set(pairing.pairs).count) pairs."
                + (pairing.isByName ? "" : " An image counts once for each of its findings.")
        ]
        return table
    }

    /// The coefficient of a pre-trained start among the rows of each architecture.
    ///
    /// - Throws: ``RegressionError`` where the rows do not determine it.
    public func pretraining() throws -> [(model: String, PublishedAccuracy, Coefficient)] {
        try PublishedRow.models.flatMap { model in
            let indices = pairing.rows.indices.filter { pairing.rows[$0].cell.model == model }
            let rows = indices.map { pairing.rows[$0] }
            return try PublishedAccuracy.allCases.map { accuracy in
                let fit = try LeastSquares(
                    rows.map { $0.gap(accuracy) },
                    on: PublishedRegression.design(rows, hasModels: false))
                let all = try fit.clustered(
                    by: indices.map { pairing.images[$0] }, and: rows.map(\.cell.name))
                return (model, accuracy, all.first { $0.term == "pretrained" }!)
            }
        }
    }

    /// ``pretraining()`` as a table.
    ///
    /// - Throws: as ``pretraining()``.
    public func pretrainingTable() throws -> ReportTable {
        var table = ReportTable(
            "pretraining", title: "Pre-trained minus from scratch, by architecture",
            header: ["model", "gap", "coefficient", "standard_error", "statistic", "p_value"])
        for (model, accuracy, coefficient) in try pretraining() {
            table.add(
                [.text(model), .text(accuracy.rawValue)]
                    + PublishedTables.row(coefficient).dropFirst())
        }
        table.notes = ["Errors clustered by image and by pair."]
        return table
    }

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
                "\(complete) of \(pairing.checks.count) cells are complete; the others are left out "
                    + "of the corrected inference, since which images they miss is not known.")
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
