import Foundation
import Tensors

/// One image judged under one model and explanation.
public struct ImageResult: Sendable, Equatable {
    public var run: String, image: String, className: String, model: String, explanation: String,
        pretraining: String, scenario: String
    public var label: Int
    public var probability: Double
    /// NaN in the file where missing; the reason stands beside it.
    public var massAccuracy: Double?, rankAccuracy: Double?
    /// The share of rank accuracy's places that equal values compete for.
    public var tiedShare: Double
    public var missingReason: String

    public init(
        run: String, image: String, className: String, model: String, explanation: String,
        pretraining: String, scenario: String,
        label: Int, probability: Double, massAccuracy: Double?, rankAccuracy: Double?,
        tiedShare: Double, missingReason: String
    ) {
        (self.run, self.image, self.className, self.model) = (run, image, className, model)
        (self.explanation, self.pretraining, self.scenario, self.label) = (
            explanation, pretraining, scenario, label
        )
        (self.probability, self.massAccuracy, self.rankAccuracy) = (
            probability, massAccuracy, rankAccuracy
        )
        (self.tiedShare, self.missingReason) = (tiedShare, missingReason)
    }
}

/// One model evaluated under one explanation.
public struct RunResult: Sendable, Equatable {
    public var run: String, className: String, model: String, explanation: String,
        pretraining: String, scenario: String
    public var images: Int, positives: Int
    /// By name: auroc, average_precision, f1, accuracy; absent where missing.
    public var metrics: [String: Double]
    public static let metricNames = ["auroc", "average_precision", "f1", "accuracy"]

    public init(
        run: String, className: String, model: String, explanation: String, pretraining: String,
        scenario: String, images: Int,
        positives: Int, metrics: [String: Double]
    ) {
        (self.run, self.className, self.model, self.explanation) = (
            run, className, model, explanation
        )
        (self.pretraining, self.scenario, self.images, self.positives, self.metrics) = (
            pretraining, scenario, images, positives, metrics
        )
    }
}

/// A results file: `/images`, `/runs`, `/curves/<run>` and, where kept,
/// `/explanations/<run>/<image>`.
public struct Results {
    public var images: [ImageResult] = []
    public var runs: [RunResult] = []
    public var curves: [String: Table] = [:]
    /// By run and image, `[height, width, channels]`.
    public var explanations: [String: [String: Tensor]] = [:]

    public init() {}

    /// Puts the rows of one run in the place of those it had.
    public mutating func replace(
        run: RunResult, images rows: [ImageResult], curve: Table?,
        explanations maps: [String: Tensor]
    ) {
        runs.removeAll { $0.run == run.run }
        images.removeAll { $0.run == run.run }
        runs.append(run)
        images += rows
        curves[run.run] = curve
        explanations[run.run] = maps.isEmpty ? nil : maps
    }

    /// - Throws: ``StorageError`` that names the column that is missing.
    public static func read(_ path: String) throws -> Results {
        let file = try HDF5File.open(path)
        guard try file.exists("images"), try file.exists("runs") else {
            throw StorageError(path, "not a Plumbline results file: no /images and /runs")
        }
        var results = Results()
        let images = Columns(table: try file.table("images"), path: path, name: "images")
        let runs = Columns(table: try file.table("runs"), path: path, name: "runs")
        let texts = try [
            "run", "image", "class", "model", "explanation", "pretraining", "scenario",
            "missing_reason",
        ].map { try images.texts($0) }
        let labels = try images.integers("label"), probabilities = try images.reals("probability")
        let mass = try images.reals("mass_accuracy"), rank = try images.reals("rank_accuracy"),
            tied = try images.reals("tied_share")
        for row in labels.indices {
            results.images.append(
                ImageResult(
                    run: texts[0][row], image: texts[1][row], className: texts[2][row],
                    model: texts[3][row], explanation: texts[4][row],
                    pretraining: texts[5][row], scenario: texts[6][row], label: labels[row],
                    probability: probabilities[row],
                    massAccuracy: mass[row].isNaN ? nil : mass[row],
                    rankAccuracy: rank[row].isNaN ? nil : rank[row], tiedShare: tied[row],
                    missingReason: texts[7][row]))
        }
        let names = try ["run", "class", "model", "explanation", "pretraining", "scenario"].map {
            try runs.texts($0)
        }
        let counts = try runs.integers("images"), positives = try runs.integers("positives")
        let metrics = try RunResult.metricNames.map { ($0, try runs.reals($0)) }
        for row in counts.indices {
            var found: [String: Double] = [:]
            for (name, values) in metrics where !values[row].isNaN { found[name] = values[row] }
            results.runs.append(
                RunResult(
                    run: names[0][row], className: names[1][row], model: names[2][row],
                    explanation: names[3][row],
                    pretraining: names[4][row], scenario: names[5][row], images: counts[row],
                    positives: positives[row], metrics: found))
        }
        for name in try file.datasets(in: "curves") {
            results.curves[name] = try file.table("curves/\(name)")
        }
        for name in try file.datasets(in: "explanations") {
            let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { continue }
            results.explanations[parts[0], default: [:]][parts[1]] = try file.tensor(
                "explanations/\(name)")
        }
        return results
    }

    public func write(_ path: String) throws {
        try HDF5File.write(path) { file in
            var table = Table()
            table.add("run", .texts(images.map(\.run)))
            table.add("image", .texts(images.map(\.image)))
            table.add("class", .texts(images.map(\.className)))
            table.add("model", .texts(images.map(\.model)))
            table.add("explanation", .texts(images.map(\.explanation)))
            table.add("pretraining", .texts(images.map(\.pretraining)))
            table.add("scenario", .texts(images.map(\.scenario)))
            table.add("label", .integers(images.map(\.label)))
            table.add("probability", .reals(images.map(\.probability)))
            table.add("mass_accuracy", .reals(images.map { $0.massAccuracy ?? .nan }))
            table.add("rank_accuracy", .reals(images.map { $0.rankAccuracy ?? .nan }))
            table.add("tied_share", .reals(images.map(\.tiedShare)))
            table.add("missing_reason", .texts(images.map(\.missingReason)))
            try file.write("images", table)
            table = Table()
            table.add("run", .texts(runs.map(\.run)))
            table.add("class", .texts(runs.map(\.className)))
            table.add("model", .texts(runs.map(\.model)))
            table.add("explanation", .texts(runs.map(\.explanation)))
            table.add("pretraining", .texts(runs.map(\.pretraining)))
            table.add("scenario", .texts(runs.map(\.scenario)))
            table.add("images", .integers(runs.map(\.images)))
            table.add("positives", .integers(runs.map(\.positives)))
            for name in RunResult.metricNames {
                table.add(name, .reals(runs.map { $0.metrics[name] ?? .nan }))
            }
            try file.write("runs", table)
            for (run, curve) in curves.sorted(by: { $0.key < $1.key }) {
                try file.write("curves/\(run)", curve)
            }
            for (run, maps) in explanations.sorted(by: { $0.key < $1.key }) {
                for (image, map) in maps.sorted(by: { $0.key < $1.key }) {
                    try file.write("explanations/\(run)/\(image)", map)
                }
            }
            try file.setAttribute("format_version", 1)
        }
    }
}

/// Columns that must be there.
private struct Columns {
    let table: Table, path: String, name: String

    func texts(_ column: String) throws -> [String] { try found(table.texts(column), column) }
    func reals(_ column: String) throws -> [Double] { try found(table.reals(column), column) }
    func integers(_ column: String) throws -> [Int] { try found(table.integers(column), column) }

    private func found<Values>(_ values: Values?, _ column: String) throws -> Values {
        guard let values else {
            throw StorageError(path, "/\(name) has no column \(column) of the right type")
        }
        return values
    }
}
