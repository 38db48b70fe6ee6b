import Alignment
import Storage

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
        let found = Self.names.compactMap { checkpoint.curve.reals($0) }
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
        ]
        for (index, value) in values.enumerated() { columns[index].append(value) }
    }

    /// The mean over the last `count` steps that have a location loss.
    func meanLocationLoss(ofLast count: Int) -> Double? {
        let losses = columns[2].suffix(count).filter { !$0.isNaN }
        return losses.isEmpty ? nil : losses.reduce(0, +) / Double(losses.count)
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
