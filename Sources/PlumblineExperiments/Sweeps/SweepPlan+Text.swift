import Foundation
import PlumblineReports

extension SweepPlan {
    /// The plan as text: cells by model and method, starting models, time and disk.
    public var text: String {
        let starts = distinct(\.start)
        var parts = [
            "\(sweep.cells.count) cells in \(sweep.folder), "
                + "\(starts.count) starting models, "
                + "\(distinct(\.fineTune).count) fine-tunes",
            fineTuneTable.text, startTable(starts).text,
        ]
        parts.append((totals + missingLines).joined(separator: "\n"))
        return parts.joined(separator: "\n\n")
    }

    /// One row per model and method that is trained through.
    private var fineTuneTable: TextTable {
        var table = TextTable([
            "model", "trained through", "cells", "steps", "s per step", "s per cell", "hours",
            "GB",
        ])
        let groups = grouped(sweep.cells) {
            [$0.configuration.model.name, $0.configuration.align.explanation]
        }
        for (names, cells) in groups {
            let seconds = sum(cells.map { self.seconds($0) })
            let bytes = cells.reduce(0) { $0 + self.bytes($1, isStart: false) }
            table.add(
                names + [
                    "\(cells.count)", Self.range(cells.map { steps($0, isStart: false) }),
                    Self.number(speed(cells[0])?.tuneStep, "%.3g"),
                    Self.number(seconds.map { $0 / Double(cells.count) }, "%.1f"),
                    Self.number(seconds.map { $0 / 3600 }, "%.2f"), Self.gigabytes(bytes),
                ])
        }
        return table
    }

    private func startTable(_ starts: [SweepCell]) -> TextTable {
        var table = TextTable([
            "starting model", "pretraining", "models", "steps", "s per step", "hours", "GB",
        ])
        let groups = grouped(starts) {
            [$0.configuration.model.name, $0.configuration.model.pretraining]
        }
        for (names, cells) in groups {
            let seconds = sum(cells.map { startSeconds($0) })
            let bytes = cells.reduce(0) { $0 + self.bytes($1, isStart: true) }
            table.add(
                names + [
                    "\(cells.count)", Self.range(cells.map { steps($0, isStart: true) }),
                    Self.number(speed(cells[0])?.startStep, "%.3g"),
                    Self.number(seconds.map { $0 / 3600 }, "%.2f"), Self.gigabytes(bytes),
                ])
        }
        return table
    }

    private var totals: [String] {
        var lines: [String] = []
        let isDone = { (cell: SweepCell) in sweep.isDone(cell) }
        if let seconds {
            lines.append(
                "total: about \(RunEstimate.duration(seconds)) of one process "
                    + "(\(String(format: "%.2f", seconds / 3600)) hours), measured here")
            if let left = self.seconds(without: isDone) {
                let done = sweep.cells.count(where: isDone)
                lines.append("left: about \(RunEstimate.duration(left)); \(done) cells are done")
            }
        } else {
            lines.append("total: not known; times are measured where the data are")
        }
        lines.append("disk: \(Self.gigabytes(bytes)) GB are kept in \(sweep.folder)")
        return lines
    }

    private var missingLines: [String] {
        guard !missing.isEmpty else { return [] }
        var lines = ["missing: \(missing.count) files, so nothing can be run yet:"]
        lines += missing.map { "  \($0.key): \($0.path)" }
        let expected = sweep.expectedImages.sorted { $0.key < $1.key }
            .map { "\($0.value) of \($0.key)" }
        lines.append(
            expected.isEmpty
                ? "the numbers of images are not known; expected_images can say them"
                : "the numbers of images are those of expected_images: "
                    + expected.joined(separator: ", "))
        return lines
    }

    private func grouped(
        _ cells: [SweepCell], by names: (SweepCell) -> [String]
    ) -> [(names: [String], cells: [SweepCell])] {
        var order: [[String]] = []
        var groups: [[String]: [SweepCell]] = [:]
        for cell in cells {
            let name = names(cell)
            if groups[name] == nil { order.append(name) }
            groups[name, default: []].append(cell)
        }
        return order.map { ($0, groups[$0]!) }
    }

    /// `nil` if a part is not known.
    func sum(_ parts: [Double?]) -> Double? {
        var sum = 0.0
        for part in parts {
            guard let part else { return nil }
            sum += part
        }
        return sum
    }

    private static func range(_ values: [Int?]) -> String {
        let known = values.compactMap { $0 }
        guard known.count == values.count, let low = known.min(), let high = known.max() else {
            return "-"
        }
        return low == high ? "\(low)" : "\(low) to \(high)"
    }

    private static func number(_ value: Double?, _ format: String) -> String {
        value.map { String(format: format, $0) } ?? "-"
    }

    private static func gigabytes(_ bytes: Int) -> String {
        String(format: bytes < 100_000_000 ? "%.3f" : "%.1f", Double(bytes) / 1e9)
    }
}
