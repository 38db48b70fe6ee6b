import Foundation
import PlumblineData
import PlumblineStorage

/// What a sweep will do, how long it will take, and what it will keep on the disk.
public struct SweepPlan {
    let sweep: Sweep
    /// Files that the sweep names and that do not exist.
    public private(set) var missing: [(key: String, path: String)]
    /// The number of images, and the speeds, by the name of the cell.
    private var countsOfCells: [String: SweepCounts] = [:]
    private var speedsOfCells: [String: SweepSpeed] = [:]
    /// The number of values of a model's weights and of those that are trained, by its key.
    var sizes: [String: (weights: Int, trained: Int)] = [:]

    /// Counts images and measures speeds, each once for the cells that agree in it.
    ///
    /// Where files are missing, images are counted as `expected_images` says, and only speeds that
    /// were measured before are used.
    ///
    /// - Throws: an error if the data are there but wrong; ``Interrupted``.
    public init(_ sweep: Sweep) throws {
        self.sweep = sweep
        missing = SweepData.missing(sweep.cells)
        var counts: [String: SweepCounts] = [:]
        var known = SweepSpeeds(sweep.folder)
        for cell in sweep.cells {
            let place = Self.sizeKey(cell)
            if sizes[place] == nil {
                let model = try freshModel(cell.configuration)
                let weights = model.parameters.reduce(0) { $0 + $1.count }
                sizes[place] = (weights, model.parameterCount)
            }
            let countKey = SweepData.countKey(cell)
            let speedKey = SweepSpeeds.key(cell)
            try look(at: cell, &counts[countKey], speedKey, &known)
            countsOfCells[cell.name] = counts[countKey]
            speedsOfCells[cell.name] = known[speedKey]
        }
    }

    /// The images of a cell, if they are known.
    func counts(_ cell: SweepCell) -> SweepCounts? { countsOfCells[cell.name] }

    /// The speeds of a cell, if they were measured.
    func speed(_ cell: SweepCell) -> SweepSpeed? { speedsOfCells[cell.name] }

    private func look(
        at cell: SweepCell, _ counts: inout SweepCounts?, _ speedKey: String,
        _ known: inout SweepSpeeds
    ) throws {
        guard counts == nil || known[speedKey] == nil else { return }
        if !missing.isEmpty {
            let expected = sweep.expectedImages
            if let align = expected["align"], let evaluate = expected["evaluate"] {
                counts = SweepCounts(
                    start: expected["start"] ?? align, align: align, evaluate: evaluate)
            }
            return
        }
        let clock = StageTime(finishedSteps: 0)
        let experiment = try Experiment(cell.configuration, onlyScenarios: [cell.scenario])
        let open = clock.seconds
        counts = SweepCounts(
            start: experiment.images(of: "start").training.count,
            align: experiment.images(of: "align").training.count,
            evaluate: experiment.data.evaluate.count)
        guard known[speedKey] == nil else { return }
        try createFolder(sweep.folder)
        Progress.note("measuring \(cell.configuration.model.name), \(cell.name)")
        let measuring = SweepMeasuring(cell: cell, folder: sweep.folder)
        try known.remember(try measuring.speed(experiment, open: open), speedKey)
    }

    static func sizeKey(_ cell: SweepCell) -> String {
        let model = cell.configuration.model
        let data = cell.configuration.data
        return "\(model.name) \(model.configuration) \(data.preprocessing.size) "
            + "\(data.preprocessing.channels) \(data.classes.count)"
    }
}
