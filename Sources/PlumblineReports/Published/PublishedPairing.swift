import PlumblineStatistics

/// Which rows of different cells belong to one image.
///
/// The published table does not say the image of a row. But all complete cells of a finding list
/// the same images in the same order: their rows correlate, and do not where they are shuffled. A
/// cell with fewer rows than the others of its finding misses images that are not known, so the
/// order of its rows is not known. Output files say the image of each row.
public struct PublishedPairing: Sendable {
    /// A cell and how well its rows line up with those of the other complete cells.
    public struct Check: Sendable {
        public let cell: PublishedRow.Cell
        public let rows: Int
        /// The rows of a complete cell of this finding.
        public let completeRows: Int
        /// The mean correlation of its aligned mass accuracy with that of the other complete cells
        /// of the finding, row by row; `nil` for an incomplete cell and for fewer than 3 rows.
        public let correlation: Double?
        /// The same with its rows shuffled.
        public let shuffled: Double?

        /// Whether the images of its rows are known.
        public var isComplete: Bool { rows == completeRows }
    }

    public let checks: [Check]
    /// The rows of complete cells; where the file says the images, all rows.
    public let rows: [PublishedRow]
    /// The image of each of ``rows``; where the file does not say it, an image of each finding.
    public let images: [String]
    /// The cells of the design that have no row.
    public let absent: [PublishedRow.Cell]
    /// Whether images are known from the files and not from the order of the rows.
    public let isByName: Bool

    public init(_ scores: PublishedScores, seed: UInt64 = 1) {
        let cells = Dictionary(grouping: scores.rows, by: \.cell)
        isByName = scores.rows.allSatisfy { $0.image != nil }
        var complete: [String: Int] = [:]
        for (cell, rows) in cells {
            complete[cell.label] = max(complete[cell.label] ?? 0, rows.count)
        }
        let order = Self.design(labels: scores.labels)
        let present = order.filter { cells[$0] != nil }
        absent = order.filter { cells[$0] == nil }
        var random = SplitMix64(seed: seed)
        checks = present.map { cell in
            let peers = present.filter {
                $0.label == cell.label && $0 != cell && cells[$0]!.count == complete[cell.label]
            }
            let own = cells[cell]!
            let isComplete = own.count == complete[cell.label]
            let isChecked = isComplete && own.count > 2 && !peers.isEmpty
            let aligned = own.map(\.alignedMass)
            let others = peers.map { cells[$0]!.map(\.alignedMass) }
            return Check(
                cell: cell, rows: own.count, completeRows: complete[cell.label] ?? 0,
                correlation: isChecked ? Self.meanCorrelation(aligned, others) : nil,
                shuffled: isChecked
                    ? Self.meanCorrelation(aligned.shuffled(using: &random), others) : nil)
        }
        let known = Set(checks.filter(\.isComplete).map(\.cell))
        var numbers: [PublishedRow.Cell: Int] = [:]
        var paired: [PublishedRow] = []
        var names: [String] = []
        for row in scores.rows {
            let number = numbers[row.cell, default: 0]
            numbers[row.cell] = number + 1
            guard isByName || known.contains(row.cell) else { continue }
            paired.append(row)
            names.append(row.image ?? "\(row.cell.label) #\(number + 1)")
        }
        rows = paired
        images = names
    }

    /// All cells of a full design with these findings.
    private static func design(labels: [String]) -> [PublishedRow.Cell] {
        PublishedRow.initialisations.flatMap { initialisation in
            PublishedRow.models.flatMap { model in
                PublishedRow.methods.flatMap { method in
                    labels.map {
                        PublishedRow.Cell(
                            model: model, initialisation: initialisation, method: method, label: $0)
                    }
                }
            }
        }
    }

    private static func meanCorrelation(_ own: [Double], _ others: [[Double]]) -> Double? {
        let values = others.compactMap { Correlation.pearson(own, $0) }
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    /// The mean correlation of all checked cells, and the mean with shuffled rows.
    public var meanCorrelations: (inOrder: Double, shuffled: Double)? {
        let values = checks.compactMap { check in
            check.correlation.flatMap { value in check.shuffled.map { (value, $0) } }
        }
        guard !values.isEmpty else { return nil }
        let n = Double(values.count)
        return (values.reduce(0) { $0 + $1.0 } / n, values.reduce(0) { $0 + $1.1 } / n)
    }

    /// The starting model of each of ``rows``, where all are known and differ; otherwise the
    /// fine-tuned pair.
    public var pairs: [String] { starts ?? rows.map(\.cell.name) }

    /// The starting model of each of ``rows``; `nil` unless all are known and differ.
    var starts: [String]? {
        let starts = rows.compactMap(\.start)
        return starts.count == rows.count && Set(starts).count > 1 ? starts : nil
    }
}
