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
}
