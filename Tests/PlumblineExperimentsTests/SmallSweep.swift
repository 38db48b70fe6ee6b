import Foundation
import PlumblineExperiments

/// A sweep over a few tiny models on the phantoms of ``SmallRun``.
struct SmallSweep {
    let small: SmallRun
    var folder: String { small.folder }

    init() throws { small = try SmallRun() }

    func remove() { small.remove() }

    /// Writes the file of a sweep.
    ///
    /// - Parameters:
    ///   - axes: lines of YAML below `axes:`.
    ///   - rest: further lines, such as `exclude:`.
    /// - Returns: its path.
    func write(_ name: String, axes: [String], rest: [String] = []) throws -> String {
        let base = [
            "seed: 3", "threads: 1",
            "data:",
            "  classes: [Cardiomegaly, Pleural Effusion]",
            "  target: Cardiomegaly",
            "  size: 32",
            "  align:",
            "    labels: \(folder)/train.csv",
            "    masks: \(folder)/gt_segmentations_train.json",
            "  evaluate:",
            "    labels: \(folder)/valid.csv",
            "    masks: \(folder)/gt_segmentations_valid.json",
            "model:",
            "  name: densenet_mini",
            "  config: {growth_rate: 4, block_config: [2, 2], num_init_features: 8, bn_size: 2}",
            "train: {epochs: 1, batch_size: 8, learning_rate: 0.002}",
            "align: {epochs: 1, batch_size: 4, accumulation: 2, learning_rate: 0.001}",
            "evaluate: {panel_images: 0}",
        ]
        let lines =
            ["output: \(folder)/\(name)", "base:"] + base.map { "  \($0)" } + ["axes:"]
            + axes.map { "  \($0)" } + rest
        let path = "\(folder)/\(name).yaml"
        try (lines.joined(separator: "\n") + "\n").write(
            toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    func sweep(_ name: String, axes: [String], rest: [String] = []) throws -> Sweep {
        try Sweep(write(name, axes: axes, rest: rest))
    }

    /// The labels of each cell.
    static func labels(_ sweep: Sweep) -> [String] {
        sweep.cells.map { $0.labels.map(\.label).joined(separator: " ") }
    }
}
