import PlumblineTraining
import PlumblineStorage

/// The scores of a stage so far, and a row per step.
struct StageRecord {
    /// The number of epochs that have ended.
    var epochs = 0
    var bestAUROC: Double?
    var bestLocation: Double?
    var auroc: Double?
    var locationLoss: Double?
    /// Whether this process has said that the location loss trains nothing.
    var hasWarned = false
    private var steps: [Int] = []
    private var columns: [[Double]] = Array(repeating: [], count: names.count)
    private static let names = [
        "loss", "classification_loss", "location_loss", "gradient_norm", "learning_rate",
        "batches", "located_batches", "location_gradient_norm", "location_gradient_share",
        "location_gradient_cosine", "location_images", "constant_maps",
        "maps_without_positive_relevance",
    ]

    /// The columns from here on are not in the files of earlier versions.
    private static let firstNewColumn = 5

    init() {}

    /// - Throws: ``StorageError`` if the numbers in the checkpoint are damaged or edited.
    init(_ checkpoint: Checkpoint, _ path: String) throws {
        let metrics = checkpoint.metrics
        guard let epochs = Int(exactly: metrics["epochs"] ?? 0), epochs >= 0 else {
            throw StorageError(path, "attribute metrics: epochs is \(metrics["epochs"] ?? 0)")
        }
        self.epochs = epochs
        bestAUROC = metrics["best_auroc"]
        bestLocation = metrics["best_location_loss"]
        auroc = metrics["auroc"]
        locationLoss = metrics["location_loss"]
        // A stage without steps stores no curve.
        guard checkpoint.curve.rowCount > 0 else { return }
        // Earlier versions did not count batches. Zeros are safe: epochs that ended stay ended.
        let rowCount = checkpoint.curve.rowCount
        let storedColumns = Self.names.enumerated().compactMap { index, name in
            checkpoint.curve.reals(name)
                ?? (index < Self.firstNewColumn
                    ? nil : [Double](repeating: index < 7 ? 0 : .nan, count: rowCount))
        }
        guard let steps = checkpoint.curve.integers("step"),
            storedColumns.count == Self.names.count
        else {
            let names = Self.names.joined(separator: ", ")
            throw StorageError(path, "curve: must have the columns step, \(names)")
        }
        self.steps = steps
        columns = storedColumns
    }

    /// The number of steps.
    var rowCount: Int { steps.count }

    mutating func add(_ report: StepReport) {
        steps.append(report.step)
        let values = [
            Double(report.loss), Double(report.classificationLoss),
            // A step without a positive image has no location loss.
            report.locationLoss.map(Double.init) ?? .nan,
            Double(report.gradientNorm), Double(report.learningRate),
            Double(report.batches), Double(report.locatedBatches),
            // Most steps do not measure the gradient apart.
            report.locationGradient?.norm ?? .nan, report.locationGradient?.share ?? .nan,
            report.locationGradient?.cosine ?? .nan, Double(report.locationFacts.images),
            Double(report.locationFacts.constant),
            Double(report.locationFacts.withoutPositiveRelevance),
        ]
        for (index, value) in values.enumerated() { columns[index].append(value) }
    }

    /// The mean location loss over the batches of the last `count` steps.
    ///
    /// - Parameter countsZeros: whether a batch without a positive image counts as 0, as the
    ///   published code logs it. Otherwise it does not count.
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

    /// Whether no step of the last `count` had a location loss.
    func hasNoLocation(inLast count: Int) -> Bool {
        columns[6].suffix(count).allSatisfy { $0 == 0 }
    }

    var metrics: [String: Double] {
        var metrics = ["epochs": Double(epochs)]
        metrics["best_auroc"] = bestAUROC
        metrics["best_location_loss"] = bestLocation
        metrics["auroc"] = auroc
        metrics["location_loss"] = locationLoss
        return metrics
    }

    /// The table with a row per step.
    var curve: Table {
        var table = Table()
        table.add("step", .integers(steps))
        for (name, values) in zip(Self.names, columns) { table.add(name, .reals(values)) }
        return table
    }
}
