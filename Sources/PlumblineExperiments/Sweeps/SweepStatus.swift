import Foundation
import PlumblineReports
import PlumblineStorage

/// How far a sweep has come: done, running, failed and waiting cells.
public struct SweepStatus {
    /// The cells with their states, in the order of the sweep.
    public let cells: [(cell: SweepCell, state: CellState)]
    /// Seconds until everything is done, by the finished cells; `nil` if that cannot be said.
    public let secondsLeft: Double?

    /// - Throws: ``StorageError`` if a claim is damaged.
    public init(_ sweep: Sweep) throws {
        cells = try sweep.cells.map { ($0, try sweep.state($0)) }
        secondsLeft = Self.secondsLeft(cells)
    }

    /// The number of cells of each state.
    public var counts: (done: Int, running: Int, failed: Int, waiting: Int) {
        var counts = (done: 0, running: 0, failed: 0, waiting: 0)
        for (_, state) in cells {
            switch state {
            case .done: counts.done += 1
            case .running: counts.running += 1
            case .failed: counts.failed += 1
            case .waiting: counts.waiting += 1
            }
        }
        return counts
    }

    /// The counts, the cells that run or failed, and the time that is left.
    ///
    /// - Parameter showsAll: whether every cell has a row.
    public func text(showsAll: Bool = false) -> String {
        let counts = counts
        var lines = [
            "\(cells.count) cells: \(counts.done) done, \(counts.running) running, "
                + "\(counts.failed) failed, \(counts.waiting) waiting"
        ]
        var table = TextTable(["cell", "state", "seconds", "by whom, or why"])
        var rows = 0
        for (cell, state) in cells {
            guard let row = Self.row(cell, state, showsAll: showsAll) else { continue }
            table.add(row)
            rows += 1
        }
        if rows > 0 { lines.append(table.text) }
        if let secondsLeft {
            lines.append(
                "left: about \(RunEstimate.duration(secondsLeft)) with "
                    + "\(max(1, counts.running)) at once, by the cells that are done")
        } else if counts.running + counts.waiting > 0 {
            lines.append("left: not known before a cell is done")
        }
        return lines.joined(separator: "\n")
    }

    private static func row(
        _ cell: SweepCell, _ state: CellState, showsAll: Bool
    ) -> [String]? {
        switch state {
        case .done:
            guard showsAll else { return nil }
            let record = CellRecord.read("\(cell.folder)/record.json")
            let seconds = record.map { String(format: "%.1f", $0.seconds) } ?? "-"
            let by = record.map {
                "process \($0.process) on \($0.host), \($0.instructionSet), \($0.threads) threads"
            }
            return [cell.name, "done", seconds, by ?? "-"]
        case .running(let holder): return [cell.name, "running", "-", holder]
        case .failed(let reason): return [cell.name, "failed", "-", reason]
        case .waiting: return showsAll ? [cell.name, "waiting", "-", ""] : nil
        }
    }

    /// By the mean time of the cells with the same model and method that are done, otherwise of
    /// all cells that are done.
    private static func secondsLeft(
        _ cells: [(cell: SweepCell, state: CellState)]
    ) -> Double? {
        func kind(_ cell: SweepCell) -> String {
            "\(cell.configuration.model.name) \(cell.configuration.align.explanation)"
        }
        var times: [String: [Double]] = [:]
        for (cell, state) in cells where state == .done {
            guard let record = CellRecord.read("\(cell.folder)/record.json") else { continue }
            times[kind(cell), default: []].append(record.seconds)
        }
        let all = times.values.flatMap { $0 }
        guard !all.isEmpty else { return nil }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        var sum = 0.0
        var running = 0
        for (cell, state) in cells {
            if case .running = state { running += 1 } else if state != .waiting { continue }
            sum += mean(times[kind(cell)] ?? all)
        }
        return sum / Double(max(1, running))
    }
}
