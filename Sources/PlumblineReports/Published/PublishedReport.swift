import Foundation
import PlumblineData
import PlumblineStorage

/// The tables and figures of arXiv 2311.04813, computed from its published rows.
public struct PublishedReport {
    public let scores: PublishedScores
    /// `nil` where the folder has no file of AUROCs.
    public let auc: PublishedAUC?

    /// Reads the published files of a folder.
    ///
    /// - Throws: ``DatasetError`` for a file, row or field that is missing or wrong.
    public init(_ folder: String) throws {
        scores = try PublishedScores.read(folder)
        auc = try PublishedAUC.read(folder)
    }

    init(scores: PublishedScores, auc: PublishedAUC?) {
        self.scores = scores
        self.auc = auc
    }

    /// The tables of the published analysis.
    ///
    /// - Throws: ``RegressionError`` where the rows do not determine the regressions.
    public func tables() throws -> [ReportTable] {
        let regressions = try PublishedAccuracy.allCases.map {
            try PublishedTables.regression($0, scores)
        }
        return (auc.map { [PublishedTables.auc($0)] } ?? []) + regressions + [
            PublishedTables.groups(scores), PublishedTables.correlations(scores),
            PublishedTables.classes(scores),
        ]
    }

    /// The tables of the corrected inference.
    ///
    /// - Throws: as ``tables()``.
    public func reanalysis() throws -> [ReportTable] {
        let reanalysis = try PublishedReanalysis(scores)
        return try [reanalysis.pairingTable()]
            + PublishedAccuracy.allCases.map(reanalysis.regression)
            + [reanalysis.pretrainingTable(), PublishedClaims(reanalysis).table]
    }

    /// What a reader must know about the rows, in sentences.
    public var warnings: [String] {
        var lines: [String] = []
        if auc == nil { lines.append("there is no \(PublishedAUC.table), so no table of AUROCs") }
        let dropped = scores.dropped.values.reduce(0, +)
        if dropped > 0 {
            lines.append(
                "\(dropped) images of \(scores.dropped.count) cells have no number in one of the "
                    + "scenarios and are left out")
        }
        if scores.inconsistentRows > 0 {
            lines.append(
                "in \(scores.inconsistentRows) rows the gap is not the difference of the "
                    + "accuracies; the gap is used as it stands")
        }
        return lines
    }

    /// The endings of the figures.
    private static let endings = ["svg", "pdf", "png"]

    /// Writes all tables, as `tables/NAME.csv` and `tables/NAME.tex`, and all figures, as
    /// `figures/NAME.svg`, `.pdf` and `.png`.
    ///
    /// - Returns: the numbers of tables and figures.
    /// - Throws: as ``tables()``, and an error of the disk.
    public func write(to folder: String) throws -> (tables: Int, figures: Int) {
        let tables = try tables() + reanalysis()
        try ReportTable.write(tables, to: "\(folder)/tables")
        return (tables.count, try writeFigures(to: folder))
    }

    /// Writes all figures, as `figures/NAME.svg`, `.pdf` and `.png`.
    ///
    /// - Returns: the number of figures.
    /// - Throws: an error of the disk.
    public func writeFigures(to folder: String) throws -> Int {
        try createFolder("\(folder)/figures")
        let figures = PublishedFigures.all(scores)
        for (name, figure) in figures {
            for ending in Self.endings { try figure.write("\(folder)/figures/\(name).\(ending)") }
        }
        return figures.count
    }
}
