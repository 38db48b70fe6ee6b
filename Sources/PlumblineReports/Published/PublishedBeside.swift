import PlumblineStatistics

/// The paper's tables from our own runs beside the published ones.
///
/// Both sides are restricted to the cells (model, start, method and finding) that both have.
public struct PublishedBeside {
    private let published: PublishedReport
    private let own: PublishedReport
    /// All cells of each side, before they were restricted.
    private let cells: (published: Set<PublishedRow.Cell>, own: Set<PublishedRow.Cell>)
    private let notes: [String]
    /// The tables and figures of all of our runs, whether the paper has the cell or not.
    public let whole: PublishedReport

    /// - Throws: ``ReportRequestError`` where no cell corresponds.
    public init(_ published: PublishedReport, _ own: OwnScores) throws {
        let theirs = Set(published.scores.rows.map(\.cell))
        let ours = Set(own.scores.rows.map(\.cell))
        let shared = theirs.intersection(ours)
        guard !shared.isEmpty else {
            throw ReportRequestError(
                "--results",
                "none of our \(ours.count) cells is among the \(theirs.count) "
                    + "published ones; the findings must have the same names")
        }
        cells = (theirs, ours)
        notes = own.notes
        whole = PublishedReport(scores: own.scores, auc: own.auc)
        self.published = published.restricted(to: shared)
        self.own = whole.restricted(to: shared)
    }

    /// Which cells correspond, and the tables of both sides with their difference.
    public var tables: [ReportTable] {
        var tables = [correspondence]
        if let theirs = published.auc, let ours = own.auc {
            tables.append(PublishedTables.auc(theirs).beside(PublishedTables.auc(ours)))
        }
        for accuracy in PublishedAccuracy.allCases { tables.append(regression(accuracy)) }
        for make in [PublishedTables.groups, PublishedTables.correlations, PublishedTables.classes]
        {
            tables.append(make(published.scores).beside(make(own.scores)))
        }
        return tables + [claims]
    }

    /// The claims of the paper, judged by all of our rows.
    private var claims: ReportTable {
        let (name, title) = ("ours_claims", "The paper's claims in our runs")
        do {
            let reanalysis = try PublishedReanalysis(whole.scores)
            var table = PublishedClaims(reanalysis).table(name, title: title, of: "independent")
            let pairing = reanalysis.pairing
            table.notes.append(
                "Errors clustered by \(Set(pairing.images).count) images and "
                    + "\(Set(pairing.pairs).count) "
                    + (pairing.starts == nil ? "fine-tuned pairs" : "starting models")
                    + "; independent: rows are taken as independent.")
            return table
        } catch {
            var table = ReportTable(name, title: title, header: ["claim", "verdict"])
            table.notes = ["The rows do not determine the terms: \(error)."]
            return table
        }
    }

    private func regression(_ accuracy: PublishedAccuracy) -> ReportTable {
        do {
            let fits = try [published, own].map {
                try PublishedTables.regression(accuracy, $0.scores, onlyPresent: true)
            }
            var table = fits[0].beside(fits[1])
            table.notes = ["published: \(fits[0].notes[0])", "ours: \(fits[1].notes[0])"]
            return table
        } catch {
            var table = ReportTable(
                "beside_ols_\(accuracy)", title: "Regression of the \(accuracy) gap",
                header: PublishedTables.regressionHeader)
            table.notes = ["The rows do not determine it: \(error)."]
            return table
        }
    }

    /// Each cell of ours, and how many published ones have no counterpart.
    private var correspondence: ReportTable {
        var table = ReportTable(
            "beside_cells", title: "Cells of our runs and of the paper",
            header: ["model", "initialisation", "explanation", "finding", "published", "ours"])
        func count(_ rows: [PublishedRow]) -> [PublishedRow.Cell: Int] {
            Dictionary(rows.map { ($0.cell, 1) }, uniquingKeysWith: +)
        }
        let (theirs, ours) = (count(published.scores.rows), count(whole.scores.rows))
        for cell in cells.own.sorted(by: { $0.name < $1.name }) {
            table.add([
                .text(cell.model), .text(cell.initialisation), .text(cell.method),
                .text(cell.label), theirs[cell].map { .count($0) } ?? .missing,
                .count(ours[cell] ?? 0),
            ])
        }
        let shared = cells.published.intersection(cells.own).count
        let alone = cells.published.count - shared
        let counts =
            "\(shared) of \(cells.own.count) cells of ours have a published counterpart; "
            + "\(alone) of \(cells.published.count) published cells have none. The columns count "
            + "rows. The tables below are of cells of both."
        table.notes = [counts] + notes
        return table
    }
}

extension PublishedReport {
    /// The rows of some cells alone.
    func restricted(to cells: Set<PublishedRow.Cell>) -> PublishedReport {
        let values = auc?.values.filter {
            cells.contains(
                PublishedRow.Cell(
                    model: $0.model, initialisation: $0.initialisation, method: $0.method,
                    label: $0.label))
        }
        return PublishedReport(
            scores: PublishedScores(
                rows: scores.rows.filter { cells.contains($0.cell) },
                dropped: scores.dropped.filter { cells.contains($0.key) }, source: scores.source),
            auc: values.map { PublishedAUC(values: $0) })
    }
}
