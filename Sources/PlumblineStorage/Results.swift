import Foundation
import PlumblineTensors

/// A results file: `/runs`, `/images`, `/curves/<run>` and, where kept,
/// `/explanations/<run>/<image>`.
///
/// Version 2 has the factors of each run, and of each image its group, its logit, the state of its
/// label and the share of its mask. Version 1 is read too; what it lacks is empty.
public struct Results {
    public static let formatVersion = 2

    public var runs: [RunResult] = []
    public var images: [ImageResult] = []
    public var curves: [String: Table] = [:]
    /// By run and image, `[height, width, channels]`.
    public var explanations: [String: [String: Tensor]] = [:]
    /// How far apart two AUROCs may be to count as equal predictions, where it was set.
    public var margin: Double?

    public init() {}

    /// Puts the rows of one run in the place of those it had, and of those that a file of version
    /// 1 has of it.
    public mutating func replace(
        run: RunResult, images rows: [ImageResult], curve: Table?,
        explanations maps: [String: Tensor]
    ) {
        let replaced = Set(
            runs.filter { $0.run == run.run || $0.factors.isVersion1(of: run.factors) }.map(\.run))
        runs.removeAll { replaced.contains($0.run) }
        images.removeAll { replaced.contains($0.run) }
        for name in replaced {
            curves[name] = nil
            explanations[name] = nil
        }
        runs.append(run)
        images += rows
        curves[run.run] = curve
        explanations[run.run] = maps.isEmpty ? nil : maps
    }

    // MARK: Reading

    /// - Throws: ``StorageError`` that names the column that is missing, a run that is there twice
    ///   or not at all, or an image that is twice in one run.
    public static func read(_ path: String) throws -> Results {
        let file = try HDF5File.open(path)
        guard try file.exists("images"), try file.exists("runs") else {
            throw StorageError(path, "not a Plumbline results file: no /images and /runs")
        }
        try file.checkVersion(1...formatVersion, isOptional: true)
        let version = try file.hasAttribute("format_version") ? file.integer("format_version") : 1
        var results = Results()
        let runs = Columns(table: try file.table("runs"), path: path, name: "runs")
        let images = Columns(table: try file.table("images"), path: path, name: "images")
        results.runs = try runs.runs(version)
        results.images = try images.images(version)
        try results.checkKeys(path)
        for name in try file.datasets(in: "curves") {
            results.curves[name] = try file.table("curves/\(name)")
        }
        for name in try file.datasets(in: "explanations") {
            let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { continue }
            results.explanations[parts[0], default: [:]][parts[1]] = try file.tensor(
                "explanations/\(name)")
        }
        if try file.hasAttribute("margin") { results.margin = try file.number("margin") }
        return results
    }

    /// - Throws: ``StorageError`` where two rows have one key, or a row belongs to no run: either
    ///   would vanish from the tables.
    private func checkKeys(_ path: String) throws {
        var names: Set<String> = []
        for run in runs where !names.insert(run.run).inserted {
            throw StorageError(path, "/runs has the run \(run.run) twice")
        }
        var seen: Set<[String]> = []
        for row in images {
            guard names.contains(row.run) else {
                throw StorageError(
                    path, "/images has \(row.image) of the run \(row.run), which /runs lacks")
            }
            guard seen.insert([row.run, row.image]).inserted else {
                throw StorageError(path, "/images has \(row.image) twice in the run \(row.run)")
            }
        }
    }

    // MARK: Writing

    /// - Throws: ``StorageError`` where two rows have one key, a row belongs to no run, or the file
    ///   cannot be written.
    public func write(_ path: String) throws {
        try checkKeys(path)
        let factors = Dictionary(uniqueKeysWithValues: runs.map { ($0.run, $0.factors) })
        try HDF5File.write(path) { file in
            try file.write("runs", runTable)
            try file.write("images", imageTable(factors))
            for (run, curve) in curves.sorted(by: { $0.key < $1.key }) {
                try file.write("curves/\(run)", curve)
            }
            for (run, maps) in explanations.sorted(by: { $0.key < $1.key }) {
                for (image, map) in maps.sorted(by: { $0.key < $1.key }) {
                    try file.write("explanations/\(run)/\(image)", map)
                }
            }
            if let margin { try file.setAttribute("margin", margin) }
            try file.setAttribute("format_version", Self.formatVersion)
        }
    }

    private var runTable: Table {
        var table = Table()
        table.add("run", .texts(runs.map(\.run)))
        for (name, text) in RunFactors.texts {
            table.add(name, .texts(runs.map { $0.factors[keyPath: text] }))
        }
        table.add("lambda", .reals(runs.map { $0.factors.lambda ?? .nan }))
        // -1: not known.
        table.add("seed", .integers(runs.map { $0.factors.seed ?? -1 }))
        table.add("steps", .integers(runs.map { $0.factors.steps ?? -1 }))
        table.add("images", .integers(runs.map(\.images)))
        table.add("judged", .integers(runs.map(\.judged)))
        table.add("positives", .integers(runs.map(\.positives)))
        for name in RunResult.metricNames {
            table.add(name, .reals(runs.map { $0.metrics[name] ?? .nan }))
        }
        return table
    }

    /// The factors stand in every row, so that one table is enough for a reader in Python.
    private func imageTable(_ factors: [String: RunFactors]) -> Table {
        var table = Table()
        table.add("run", .texts(images.map(\.run)))
        table.add("image", .texts(images.map(\.image)))
        table.add("group", .texts(images.map { $0.group ?? "" }))
        for (name, text) in RunFactors.texts {
            table.add(name, .texts(images.map { factors[$0.run]?[keyPath: text] ?? "" }))
        }
        table.add("label_state", .texts(images.map(\.label.rawValue)))
        table.add("label", .integers(images.map(\.label.number)))
        table.add("logit", .reals(images.map { $0.logit ?? .nan }))
        table.add("probability", .reals(images.map(\.probability)))
        table.add("mass_accuracy", .reals(images.map { $0.massAccuracy ?? .nan }))
        table.add("rank_accuracy", .reals(images.map { $0.rankAccuracy ?? .nan }))
        table.add("tied_share", .reals(images.map(\.tiedShare)))
        table.add("mask_area_share", .reals(images.map { $0.maskAreaShare ?? .nan }))
        table.add("missing_reason", .texts(images.map(\.missingReason)))
        return table
    }
}

/// Columns that must be there.
private struct Columns {
    let table: Table
    let path: String
    let name: String

    func runs(_ version: Int) throws -> [RunResult] {
        let names = try texts("run")
        var results = names.map { RunResult(run: $0, factors: RunFactors()) }
        for (column, text) in RunFactors.texts
        where version > 1 || RunFactors.first.contains(column) {
            for (row, value) in try texts(column).enumerated() {
                results[row].factors[keyPath: text] = value
            }
        }
        let (images, positives) = (try integers("images"), try integers("positives"))
        let metrics = try RunResult.metricNames.map { ($0, try reals($0)) }
        for row in names.indices {
            results[row].images = images[row]
            results[row].judged = version > 1 ? try integers("judged")[row] : images[row]
            results[row].positives = positives[row]
            for (name, values) in metrics where !values[row].isNaN {
                results[row].metrics[name] = values[row]
            }
        }
        guard version > 1 else { return results }
        let (lambda, seed) = (try reals("lambda"), try integers("seed"))
        let steps = try integers("steps")
        for row in names.indices {
            results[row].factors.lambda = lambda[row].isNaN ? nil : lambda[row]
            results[row].factors.seed = seed[row] < 0 ? nil : seed[row]
            results[row].factors.steps = steps[row] < 0 ? nil : steps[row]
        }
        return results
    }

    func images(_ version: Int) throws -> [ImageResult] {
        let (runs, images) = (try texts("run"), try texts("image"))
        let (labels, probabilities) = (try integers("label"), try reals("probability"))
        let (mass, rank) = (try reals("mass_accuracy"), try reals("rank_accuracy"))
        let (tied, reasons) = (try reals("tied_share"), try texts("missing_reason"))
        let groups = version > 1 ? try texts("group") : []
        let states = version > 1 ? try texts("label_state") : []
        let logits = version > 1 ? try reals("logit") : []
        let shares = version > 1 ? try reals("mask_area_share") : []
        return try runs.indices.map { row in
            var result = ImageResult(
                run: runs[row], image: images[row],
                label: labels[row] == 1 ? .positive : .negative)
            result.probability = probabilities[row]
            result.massAccuracy = mass[row].isNaN ? nil : mass[row]
            result.rankAccuracy = rank[row].isNaN ? nil : rank[row]
            result.tiedShare = tied[row]
            result.missingReason = reasons[row]
            guard version > 1 else { return result }
            guard let state = LabelState(rawValue: states[row]) else {
                throw StorageError(
                    path,
                    "/images.label_state is \(states[row]), not one of "
                        + LabelState.allCases.map(\.rawValue).joined(separator: ", "))
            }
            result.label = state
            result.group = groups[row].isEmpty ? nil : groups[row]
            result.logit = logits[row].isNaN ? nil : logits[row]
            result.maskAreaShare = shares[row].isNaN ? nil : shares[row]
            return result
        }
    }

    private func texts(_ column: String) throws -> [String] {
        try found(table.texts(column), column)
    }
    private func reals(_ column: String) throws -> [Double] {
        try found(table.reals(column), column)
    }
    private func integers(_ column: String) throws -> [Int] {
        try found(table.integers(column), column)
    }

    private func found<Values>(_ values: Values?, _ column: String) throws -> Values {
        guard let values else {
            throw StorageError(path, "/\(name) has no column \(column) of the right type")
        }
        return values
    }
}
