/// The rows of `/scores`, column by column.
///
/// A row takes 28 bytes instead of some hundreds: results of a study have millions of rows. As a
/// collection it gives and takes rows; a value that is not a number is a missing one.
public struct ScoreRows: Sendable {
    public private(set) var runs = TextColumn()
    public private(set) var images = TextColumn()
    public private(set) var metrics = TextColumn()
    public private(set) var parts = TextColumn()
    /// NaN where a value is missing.
    public private(set) var values: [Double] = []
    public private(set) var reasons = TextColumn()

    public init() {}

    /// - Parameters:
    ///   - values: NaN where a value is missing.
    init(
        runs: TextColumn, images: TextColumn, metrics: TextColumn, parts: TextColumn,
        values: [Double], reasons: TextColumn
    ) {
        precondition(
            [runs, images, metrics, parts, reasons].allSatisfy { $0.count == values.count },
            "ScoreRows: columns of different lengths")
        self.runs = runs
        self.images = images
        self.metrics = metrics
        self.parts = parts
        self.values = values
        self.reasons = reasons
    }

    public mutating func append(_ row: ScoreResult) {
        runs.append(row.run)
        images.append(row.image)
        metrics.append(row.metric)
        parts.append(row.part)
        values.append(row.value ?? .nan)
        reasons.append(row.reason)
    }
}

extension ScoreRows: RandomAccessCollection, MutableCollection, RangeReplaceableCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { values.count }

    public subscript(row: Int) -> ScoreResult {
        get {
            ScoreResult(
                run: runs[row], image: images[row], metric: metrics[row], part: parts[row],
                value: values[row].isNaN ? nil : values[row], reason: reasons[row])
        }
        set {
            runs[row] = newValue.run
            images[row] = newValue.image
            metrics[row] = newValue.metric
            parts[row] = newValue.part
            values[row] = newValue.value ?? .nan
            reasons[row] = newValue.reason
        }
    }

    public mutating func swapAt(_ i: Int, _ j: Int) {
        runs.swapAt(i, j)
        images.swapAt(i, j)
        metrics.swapAt(i, j)
        parts.swapAt(i, j)
        values.swapAt(i, j)
        reasons.swapAt(i, j)
    }

    public mutating func replaceSubrange(
        _ rows: Range<Int>, with replacement: some Collection<ScoreResult>
    ) {
        runs.replaceSubrange(rows, with: replacement.map(\.run))
        images.replaceSubrange(rows, with: replacement.map(\.image))
        metrics.replaceSubrange(rows, with: replacement.map(\.metric))
        parts.replaceSubrange(rows, with: replacement.map(\.part))
        values.replaceSubrange(rows, with: replacement.map { $0.value ?? .nan })
        reasons.replaceSubrange(rows, with: replacement.map(\.reason))
    }
}

extension ScoreRows: Equatable {
    public static func == (a: ScoreRows, b: ScoreRows) -> Bool { a.elementsEqual(b) }
}

extension ScoreRows: ExpressibleByArrayLiteral {
    public init(arrayLiteral rows: ScoreResult...) { self.init(rows) }
}

extension ScoreRows {
    /// Checks that no two rows are of one run, image, metric and part, and that each belongs to an
    /// image and a metric.
    ///
    /// - Parameters:
    ///   - path: of the file, for errors.
    ///   - known: the run and the name of each image.
    ///   - names: of the metrics.
    /// - Throws: ``StorageError`` for the first row that does not.
    func checkKeys(_ path: String, images known: Set<[String]>, metrics names: Set<String>) throws {
        let isKnown = metrics.texts.map(names.contains)
        let (run, image) = (Self.numbers(runs), Self.numbers(images))
        let (metric, part) = (Self.numbers(metrics), Self.numbers(parts))
        // Numbers of what is scored (a run and an image) and of how (a metric and a part).
        var subjects: [UInt64: UInt64] = [:]
        var kinds: [UInt64: UInt64] = [:]
        func number(_ first: UInt32, _ second: UInt32, in numbers: inout [UInt64: UInt64])
            -> (number: UInt64, isNew: Bool)
        {
            let key = UInt64(first) << 32 | UInt64(second)
            if let number = numbers[key] { return (number, false) }
            let number = UInt64(numbers.count)
            numbers[key] = number
            return (number, true)
        }
        var found = Set<UInt64>(minimumCapacity: count)
        for row in indices {
            let subject = number(
                run[Int(runs.codes[row])], image[Int(images.codes[row])], in: &subjects)
            guard !subject.isNew || known.contains([runs[row], images[row]]) else {
                throw StorageError(
                    path,
                    "/scores has \(metrics[row]) of \(images[row]) in the run \(runs[row]), "
                        + "which /images lacks")
            }
            guard isKnown[Int(metrics.codes[row])] else {
                throw StorageError(
                    path, "/scores has the metric \(metrics[row]), which /metrics lacks")
            }
            let kind = number(
                metric[Int(metrics.codes[row])], part[Int(parts.codes[row])], in: &kinds)
            guard found.insert(subject.number << 32 | kind.number).inserted else {
                let place = parts[row].isEmpty ? "" : ", part \(parts[row]),"
                throw StorageError(
                    path,
                    "/scores has \(metrics[row])\(place) of \(images[row]) twice in \(runs[row])")
            }
        }
    }

    /// A number for each text of a column; texts that Swift takes for equal have the same.
    private static func numbers(_ column: TextColumn) -> [UInt32] {
        var known: [String: UInt32] = [:]
        return column.texts.map { text in
            if let number = known[text] { return number }
            let number = UInt32(known.count)
            known[text] = number
            return number
        }
    }
}
