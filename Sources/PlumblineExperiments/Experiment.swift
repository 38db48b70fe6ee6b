import PlumblineTraining
import PlumblineData
import PlumblineExplanations
import Foundation
import PlumblineMetrics
import PlumblineModels
import PlumblineStorage
import PlumblineTensors

/// A whole experiment.
///
/// It trains or loads a starting model, aligns and misaligns its explanations, evaluates all three
/// models, and stores the results.
public struct Experiment {
    public let configuration: Configuration
    let data: ExperimentData
    let target: TargetClass
    /// The scenarios that are run: those of `align.scenarios`, or some of them.
    let scenarios: [Scenario]
    let stages: RunStages
    /// What the audit of the images found.
    let audit: [AuditFinding]

    /// Checks everything that can be checked before the first step.
    ///
    /// Writes nothing.
    ///
    /// Files, columns, classes, the model and the methods are checked.
    ///
    /// - Parameter names: the scenarios of `align.scenarios` that are run; `nil` for all of them.
    /// - Throws: an error that names the file or the key that is wrong.
    public init(_ configuration: Configuration, onlyScenarios names: [String]? = nil) throws {
        let configuration = try configuration.takingPreprocessingOfWeights()
        let resolved = try configuration.validated()
        if configuration.threads > 0 { setThreads(configuration.threads) }
        self.configuration = configuration
        target = resolved.target
        guard target != .predicted else {
            throw ConfigurationError(
                configuration.file, "data.target",
                "predicted: a model cannot be aligned on the classes that it predicts; "
                    + "name a class, or label")
        }
        scenarios = try configuration.scenarios(named: names)
        data = try ExperimentData(configuration, needsStart: configuration.train.epochs > 0)
        try Self.checkModel(configuration)
        stages = try RunStages(configuration, data, target: target, scenarios: scenarios)
        audit = try Self.audit(configuration, data.sections, stages.digests)
    }

    /// Looks for copies and overlaps, and says what no other check says.
    ///
    /// - Throws: ``ConfigurationError`` where copies of evaluation images are trained on.
    private static func audit(
        _ configuration: Configuration, _ sections: DataSections, _ digests: FileDigests
    ) throws -> [AuditFinding] {
        let parts = try DataSection.all(sections, configuration)
        let contents = try ImageContents(parts, digests)
        for training in sections.trained() {
            try Overlap(training, sections.evaluate).checkCopies(contents, configuration)
        }
        let findings = try DataAudit(parts, contents: contents, configuration).findings
        for finding in findings where !DataAudit.isInOverlap(finding) {
            Progress.warn(finding.text)
        }
        return findings
    }

    /// - Throws: an error if the model does not take images of `data.size`, or if a method does not
    ///   fit the model.
    static func checkModel(_ configuration: Configuration) throws {
        let model = try freshModel(configuration)
        if let size = model.imageSize, size != configuration.data.preprocessing.size {
            throw ConfigurationError(
                configuration.file, "data.size",
                "\(model.name) takes \(size), not \(configuration.data.preprocessing.size) "
                    + "(or set model.config: {\"img_size\": ...})")
        }
        guard configuration.data.preprocessing.size >= model.smallestImageSize else {
            throw ConfigurationError(
                configuration.file, "data.size",
                "\(model.name) needs at least \(model.smallestImageSize) pixels per side")
        }
        if configuration.train.puzzle > 0 {
            let preprocessing = configuration.data.preprocessing
            do {
                try PuzzleObjective.check(
                    model, size: preprocessing.size, channels: preprocessing.channels)
            } catch let error as ExplanationError {
                throw ConfigurationError(
                    configuration.file, "train.puzzle", error.description)
            }
        }
        for isAlignment in [false, true]
        where !configuration.frozen(isAlignment: isAlignment).isEmpty {
            try configuration.freeze(freshModel(configuration), isAlignment: isAlignment)
        }
        let settings = try configuration.explanationSettings()
        let objective = try configuration.align.makeObjective(
            .align, target: 0, configuration.explanationSettings())
        try objective.explanation.check(model)
        try objective.checkSharedMode(model)
        for method in configuration.evaluatedExplanations {
            try ExplanationRegistry.make(method, settings).check(model)
        }
    }

    public var resultsPath: String { "\(configuration.output)/results.h5" }

    /// Trains the starting model only.
    ///
    /// - Returns: the path of its checkpoint.
    public func train() throws -> String {
        let lock = try open(scenarios: [])
        defer { withExtendedLifetime(lock) {} }
        _ = try stages.trainStart()
        return try stages.startPath()
    }

    /// Runs the whole experiment.
    ///
    /// A second call resumes the first one.
    ///
    /// - Throws: ``Interrupted`` after a signal; an error if a file cannot be read or written.
    public func run() throws -> Results {
        try data.requireMasks(configuration)
        let lock = try open(scenarios: scenarios)
        defer { withExtendedLifetime(lock) {} }
        try announce()
        var curves: [Scenario?: Table] = [nil: try stages.trainStart()]
        for scenario in scenarios { curves[scenario] = try stages.train(scenario) }
        var results =
            FileManager.default.fileExists(atPath: resultsPath)
            ? try Results.read(resultsPath) : Results()
        describe(&results)
        for scenario in [nil] + scenarios {
            try evaluate(scenario, curve: curves[scenario], into: &results)
            try results.write(resultsPath)
        }
        RunEvents.emit(.finished(results: resultsPath))
        return results
    }

    /// Stores what is the same for all models of the experiment.
    func describe(_ results: inout Results) {
        results.margin = configuration.evaluate.margin
        results.audit = audit
        results.permutedLabels = stages.startData.permutedLabels
    }

    /// Evaluates the model of a stage that is trained.
    ///
    /// - Parameter scenario: `nil` for the starting model.
    func evaluate(_ scenario: Scenario?, curve: Table?, into results: inout Results) throws {
        let (model, checkpoint, choice) = try stages.evaluated(scenario)
        let entries = try stages.validation(model, data.evaluate).entries(
            of: checkpoint, scenario: scenario?.name ?? "start", choice: choice)
        for var entry in entries {
            entry.curve = curve
            results.replace(entry)
        }
        results.predictionPairs = results.comparedPredictions
    }

    /// Locks the output folder for this process, and writes `config.yaml` after all checks.
    ///
    /// - Parameter locking: locks a folder; by default without waiting for another process.
    /// - Throws: ``StorageError`` if another process holds the folder, or if a stage in it was made
    ///   under another identity. Then nothing in the folder has changed.
    func open(
        scenarios: [Scenario], locking: (String) throws -> FolderLock = { try FolderLock($0) }
    ) throws -> FolderLock {
        try createFolder(configuration.output)
        let lock = try locking(configuration.output)
        try stages.check(scenarios)
        try Self.write(configuration.yaml(), to: "\(configuration.output)/config.yaml")
        try stages.saveDigests()
        return lock
    }

    private static func write(_ text: String, to path: String) throws {
        do { try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw StorageError(path, "cannot be written: \(error.localizedDescription)")
        }
    }
}
