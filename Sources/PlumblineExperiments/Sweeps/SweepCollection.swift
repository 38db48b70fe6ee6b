import Foundation
import PlumblineStorage

/// The results of all cells of a sweep in one table.
///
/// The rows stand in the order of the sweep, so the file has the same content whoever computed the
/// cells, and in which order.
public struct SweepCollection {
    public private(set) var results = Results()
    /// The number of cells without results.
    public private(set) var missing = 0

    private let sweep: Sweep
    private var knownRuns: Set<String> = []
    private var knownMetrics: Set<String> = []

    /// - Throws: ``StorageError`` if a results file of a cell is damaged.
    public init(_ sweep: Sweep) throws {
        self.sweep = sweep
        var index: [(cell: SweepCell, state: String, reason: String, hash: String)] = []
        for cell in sweep.cells {
            guard sweep.isDone(cell) else {
                missing += 1
                let reason = sweep.failure(cell)
                index.append((cell, reason == nil ? "missing" : "failed", reason ?? "", ""))
                continue
            }
            let start = sweep.startPath(cell)
            guard FileManager.default.fileExists(atPath: start) else {
                throw StorageError(
                    start,
                    "does not exist, but the cell \(cell.name) needs it; remove results.h5 of the "
                        + "cell and run the sweep again")
            }
            try add(start, cell, isStart: true)
            let hash = try add(cell.resultsPath, cell, isStart: false)
            index.append((cell, "done", "", hash))
        }
        results.cells = Self.table(index, axes: sweep.axes)
    }

    /// Adds the runs of a file with the factors of their cell.
    ///
    /// - Returns: the digest of the weights of the first run.
    @discardableResult
    private mutating func add(_ path: String, _ cell: SweepCell, isStart: Bool) throws -> String {
        let part = try Results.read(path)
        var names: [String: String] = [:]
        for var run in part.runs {
            let old = run.run
            run.factors.settings = Self.joined(run.factors.settings, cell.settings)
            if !isStart {
                run.factors.tuneSettings = Self.joined(
                    run.factors.tuneSettings, cell.tuneSettings)
            }
            run.run = run.factors.name
            // Starting models are shared by cells.
            guard knownRuns.insert(run.run).inserted else { continue }
            names[old] = run.run
            results.runs.append(run)
            results.curves[run.run] = part.curves[old]
            results.explanations[run.run] = part.explanations[old]
        }
        addRows(part, names)
        return part.runs.first?.checkpointHash ?? ""
    }

    private mutating func addRows(_ part: Results, _ names: [String: String]) {
        for var image in part.images {
            guard let name = names[image.run] else { continue }
            image.run = name
            results.images.append(image)
        }
        for var score in part.scores {
            guard let name = names[score.run] else { continue }
            score.run = name
            results.scores.append(score)
        }
        for var curve in part.metricCurves {
            guard let name = names[curve.run] else { continue }
            curve.run = name
            results.metricCurves.append(curve)
        }
        for metric in part.metrics where knownMetrics.insert(metric.name).inserted {
            results.metrics.append(metric)
        }
        if results.margin == nil { results.margin = part.margin }
        for finding in part.audit ?? [] where results.audit?.contains(finding) != true {
            results.audit = (results.audit ?? []) + [finding]
        }
    }

    /// What a file says already, and then what it does not say.
    private static func joined(_ present: String, _ added: [String]) -> String {
        let parts = present.split(separator: ";").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        return (parts + added.filter { !parts.contains($0) }).joined(separator: "; ")
    }

    private static func table(
        _ index: [(cell: SweepCell, state: String, reason: String, hash: String)],
        axes: [String]
    ) -> Table {
        var table = Table()
        table.add("cell", .texts(index.map(\.cell.name)))
        for (place, axis) in axes.enumerated() {
            table.add(axis, .texts(index.map { $0.cell.labels[place].label }))
        }
        table.add("state", .texts(index.map(\.state)))
        table.add("reason", .texts(index.map(\.reason)))
        table.add("checkpoint_hash", .texts(index.map(\.hash)))
        return table
    }
}
