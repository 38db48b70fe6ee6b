import Foundation
import PlumblineStorage
import PlumblineTensors
import PlumblineTraining

/// The work of one cell in this process.
struct SweepWork {
    let sweep: Sweep
    let cell: SweepCell

    /// Trains and evaluates what is not there yet, and writes `results.h5` of the cell.
    ///
    /// The caller holds the claims of the cell and, unless it is evaluated, of its starting model.
    ///
    /// - Parameter whenStartIsReady: called after the starting model is trained and evaluated.
    /// - Throws: ``Interrupted`` after a signal; the error of the cell otherwise.
    func run(whenStartIsReady: () -> Void) throws {
        let clock = StageTime(finishedSteps: 0)
        let experiment = try Experiment(cell.configuration, onlyScenarios: [cell.scenario])
        try experiment.data.requireMasks(cell.configuration)
        let scenario = experiment.scenarios[0]
        let digests = FileDigests(sweep.digestFile)
        let inputs = try SweepData.digests(cell, digests)
        try digests.save()
        // A child of a process that was killed may hold the lock for a moment.
        let lock = try experiment.open(scenarios: [scenario], locking: Claims.lock)
        defer { withExtendedLifetime(lock) {} }
        let opened = clock.seconds
        let startCurve = try experiment.stages.trainStart()
        try evaluateStart(experiment, startCurve)
        whenStartIsReady()
        let started = clock.seconds
        let curve = try experiment.stages.train(scenario)
        let tuned = clock.seconds
        var results = Results()
        experiment.describe(&results)
        try experiment.evaluate(scenario, curve: curve, into: &results)
        let record = CellRecord(
            host: ClaimHolder(work: "").host, process: getpid(), version: plumblineVersion,
            instructionSet: instructionSet, threads: Parallel.threads,
            startSeconds: started - opened, fineTuneSeconds: tuned - started,
            otherSeconds: clock.seconds - tuned + opened, inputs: inputs)
        // Before the results, which say that the cell is done.
        try record.write("\(cell.folder)/record.json")
        nameStudy(&results)
        try results.write(cell.resultsPath)
        unlink(Sweep.failurePath(cell))
    }

    private func evaluateStart(_ experiment: Experiment, _ curve: Table) throws {
        let path = sweep.startPath(cell)
        guard !FileManager.default.fileExists(atPath: path) else { return }
        var results = Results()
        experiment.describe(&results)
        try experiment.evaluate(nil, curve: curve, into: &results)
        nameStudy(&results)
        try results.write(path)
    }

    /// Says under which plan the runs were made.
    private func nameStudy(_ results: inout Results) {
        for place in results.runs.indices { results.runs[place].study = sweep.study?.hash ?? "" }
    }
}
