import PlumblineTraining
import PlumblineStorage

/// What a stage remembers between steps.
struct StageRecord {
    /// Epochs whose end was judged.
    var epochs = 0
    var bestAUROC: Double?
    var bestLocation: Double?
    var auroc: Double?
    var locationLoss: Double?
    private var steps: [Int] = []
    private var columns: [[Double]] = Array(repeating: [], count: names.count)
    private static let names = [
        "loss", "classification_loss", "location_loss", "gradient_norm", "learning_rate",
        "batches", "located_batches",
    ]

    init() {}

    /// - Throws: ``StorageError`` where the checkpoint's figures are damaged or edited.
    init(_ checkpoint: Checkpoint, _ path: String) throws {
        let metrics = checkpoint.metrics
        guard let epochs = Int(exactly: metrics["epochs"] ?? 0), epochs >= 0 else {
            throw StorageError(path, "attribute metrics: epochs is \(metrics["epochs"] ?? 0)")
        }
        self.epochs = epochs
        (bestAUROC, bestLocation) = (metrics["best_auroc"], metrics["best_location_loss"])
        (auroc, locationLoss) = (metrics["auroc"], metrics["location_loss"])
        // A stage without steps stores no curve.
        guard checkpoint.curve.rowCount > 0 else { return }
        // Earlier versions did not count batches; their epochs that have ended are not ended again.
        let none = [Double](repeating: 0, count: checkpoint.curve.rowCount)
        let found = Self.names.compactMap { name in
            checkpoint.curve.reals(name) ?? (name.hasSuffix("batches") ? none : nil)
        }
        guard let steps = checkpoint.curve.integers("step"), found.count == Self.names.count else {
            let names = Self.names.joined(separator: ", ")
            throw StorageError(path, "curve: the columns step, \(names) are wanted")
        }
        (self.steps, columns) = (steps, found)
    }

    /// How many steps there are.
    var rowCount: Int { steps.count }

    mutating func add(_ report: StepReport) {
        steps.append(report.step)
        let values = [
            Double(report.loss), Double(report.classificationLoss),
            // A step without a positive image has no location loss.
            report.locationLoss.map(Double.init) ?? .nan,
            Double(report.gradientNorm), Double(report.rate),
            Double(report.batches), Double(report.locatedBatches),
        ]
        for (index, value) in values.enumerated() { columns[index].append(value) }
    }

    /// The mean location loss over the batches of the last `count` steps.
    ///
    /// - Parameter countsZeros: whether a batch without a positive image counts as 0, as the
    ///   published code logs it; otherwise it does not count.
    func meanLocationLoss(ofLast count: Int, countsZeros: Bool) -> Double? {
        var sum = 0.0
        var batches = 0.0
        for index in steps.indices.suffix(count) {
            let located = columns[6][index]
            if located > 0 { sum += columns[2][index] * located }
            batches += countsZeros ? columns[5][index] : located
        }
        return batches > 0 ? sum / batches : nil
    }

    var metrics: [String: Double] {
        var found: [String: Double] = ["epochs": Double(epochs)]
        found["best_auroc"] = bestAUROC
        found["best_location_loss"] = bestLocation
        found["auroc"] = auroc
        found["location_loss"] = locationLoss
        return found
    }

    /// A row a step.
    var curve: Table {
        var table = Table()
        table.add("step", .integers(steps))
        for (name, values) in zip(Self.names, columns) { table.add(name, .reals(values)) }
        return table
    }
}
