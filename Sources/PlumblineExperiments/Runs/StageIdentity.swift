import Foundation
import PlumblineData
import PlumblineExplanations
import PlumblineModels
import PlumblineStorage
import PlumblineTraining

/// Everything that the result of a training stage depends on.
///
/// These are its settings, the contents of its input files, and the weights that it starts from. A
/// stage is resumed, or used as finished, only under the same identity.
struct StageIdentity {
    /// `start`, `align` or `misalign`.
    let stage: String
    private(set) var settings: StageSettings
    /// Digests of what the settings do not determine, such as file contents and the parent's
    /// weights.
    private(set) var facts: [String: String] = [:]

    private init(_ stage: String, _ configuration: Configuration, isAlignment: Bool) {
        self.stage = stage
        settings = StageSettings(configuration: configuration, isAlignment: isAlignment)
    }

    /// The identity of the starting model.
    ///
    /// - Throws: ``StorageError`` if an input file cannot be read; ``Interrupted``.
    static func start(
        _ configuration: Configuration, _ data: SelectionSplit, _ digests: FileDigests
    ) throws -> StageIdentity {
        var identity = StageIdentity("start", configuration, isAlignment: false)
        // Without steps no image is used.
        if configuration.train.epochs > 0 {
            let isSeparate = configuration.data.start.isGiven
            try identity.addImages(
                data, isSeparate ? configuration.data.start : configuration.data.align,
                "data.start", digests)
        }
        let weights = configuration.model.weights
        if !weights.isEmpty {
            identity.facts["the content of model.weights"] = try digests.digest(ofFile: weights)
        }
        return identity
    }

    /// The identity of a scenario whose starting model is not known yet.
    ///
    /// - Throws: ``StorageError`` if an input file cannot be read; ``Interrupted``.
    static func alignment(
        _ scenario: Scenario, _ configuration: Configuration, _ data: SelectionSplit,
        _ digests: FileDigests
    ) throws -> StageIdentity {
        var identity = StageIdentity(scenario.name, configuration, isAlignment: true)
        try identity.addImages(data, configuration.data.align, "data.align", digests)
        try identity.addMasks(data, digests)
        // Without the plain goals, so that hashes of older programs stay as they are.
        if ![Scenario.align, .misalign].contains(scenario) {
            identity.facts[goalKey] = scenario.goal.summary
        }
        if !configuration.compositeFile.isEmpty {
            // The parsed rules, so that a comment in the file may change.
            let composite = try LRPComposite(file: configuration.compositeFile)
            identity.facts["the content of explanation.composite"] = "\(composite)"
        }
        return identity
    }

    /// The identity of a model that is adapted to images with removed pixels.
    ///
    /// - Parameters:
    ///   - weights: the digest of the weights of the model before.
    ///   - configuration: of ``Adaptation``.
    /// - Throws: ``StorageError`` if an input file cannot be read; ``Interrupted``.
    static func adaptation(
        _ removal: PixelRemoval, ofWeights weights: String, _ configuration: Configuration,
        _ data: SelectionSplit, _ digests: FileDigests
    ) throws -> StageIdentity {
        var identity = StageIdentity(
            Adaptation.stage(removal), configuration, isAlignment: false)
        let isSeparate = configuration.data.start.isGiven
        try identity.addImages(
            data, isSeparate ? configuration.data.start : configuration.data.align, "data.start",
            digests)
        identity.facts["the weights of the evaluated model"] = weights
        return identity
    }

    /// The same with the starting model.
    ///
    /// - Parameter digest: of the weights that the scenario starts from.
    func starting(fromWeights digest: String) -> StageIdentity {
        var identity = self
        identity.facts["the weights of the starting model"] = digest
        return identity
    }

    // MARK: Digests of the data

    private mutating func addImages(
        _ data: SelectionSplit, _ source: Configuration.Source, _ section: String,
        _ digests: FileDigests
    ) throws {
        facts["the images and labels of \(section)"] = data.training.digest
        facts["the images that checkpoints are chosen on"] = data.selection?.digest
        try addFiles(of: data.training, source, section, "of \(section)", digests)
        if let selection = data.selection {
            let isSplit = settings.configuration.data.selection == .heldOut
            let evaluation = settings.configuration.data.evaluate
            try addFiles(
                of: selection, isSplit || !evaluation.isGiven ? source : evaluation, section,
                "that checkpoints are chosen on", digests)
        }
    }

    /// Adds a digest of the contents of image files.
    ///
    /// An image without a file of its own is known by its name, its source and the source's label
    /// file.
    private mutating func addFiles(
        of dataset: ImageDataset, _ source: Configuration.Source, _ section: String,
        _ what: String, _ digests: FileDigests
    ) throws {
        let files = dataset.items.compactMap(\.file)
        let contents = try digests.digests(ofFiles: files, title: "\(section): digests")
        facts["the pixels in the image files \(what)"] = sha256(
            of: Data(contents.joined(separator: "\n").utf8))
        guard files.count < dataset.count else { return }
        settings.hasImageFiles = false
        if FileIdentity(source.labels)?.isFile == true {
            facts["the source file of the images \(what)"] = try digests.digest(
                ofFile: source.labels)
        }
    }

    private mutating func addMasks(_ data: SelectionSplit, _ digests: FileDigests) throws {
        let sections = settings.configuration.data
        if FileIdentity(sections.align.masks)?.isFile == true {
            facts["the content of data.align.masks"] = try digests.digest(
                ofFile: sections.align.masks)
        } else {
            let images = data.training.items + (data.selection?.items ?? [])
            facts["the regions of data.align"] = images.regionDigest
            return
        }
        guard [.evaluation, .published].contains(sections.selection) else { return }
        if FileIdentity(sections.evaluate.masks)?.isFile == true {
            facts["the content of data.evaluate.masks"] = try digests.digest(
                ofFile: sections.evaluate.masks)
        } else {
            facts["the regions of data.evaluate"] = data.selection?.items.regionDigest
        }
    }

    // MARK: Hash and comparison

    /// The fact that says what a scenario is trained towards.
    private static let goalKey = "the goal of the scenario"

    /// The key under which a checkpoint stores the hash of its stage.
    static let hashKey = "the hash of the stage"

    /// A hash of exactly the settings and contents that determine the stage's result.
    ///
    /// It has 64 hexadecimal digits.
    ///
    /// - Throws: an error if the composite's file or the method is wrong.
    var hash: String {
        get throws {
            let lines =
                try settings.lines + facts.map { "\($0.key): \($0.value)" } + ["stage: \(stage)"]
            return sha256(of: Data(lines.sorted().joined(separator: "\n").utf8))
        }
    }

    /// - Throws: ``StorageError`` that names the first difference from `checkpoint`.
    func check(_ checkpoint: Checkpoint, _ path: String) throws {
        let stored = try Configuration(stored: checkpoint.configuration, file: path)
        func refuse(_ what: String) -> StorageError {
            StorageError(path, "\(what); choose another output folder or remove this one")
        }
        // With equal hashes, paths lead to the same contents, even if they are written differently.
        let isSame = try checkpoint.identity[Self.hashKey] == hash
        for key in try settings.differingKeys(stored)
        where !isSame || settings.determinesHash(key) {
            let then = stored.value(of: key) ?? ""
            let now = settings.configuration.value(of: key) ?? ""
            throw refuse("was made with \(key) = \(then), now it is \(now)")
        }
        guard checkpoint.identity[Self.goalKey] == facts[Self.goalKey] else {
            throw refuse(
                "was trained towards \(checkpoint.identity[Self.goalKey] ?? "another goal"), now "
                    + "it is \(facts[Self.goalKey] ?? "another one") (align.scenarios)")
        }
        for (what, then) in checkpoint.identity.sorted(by: { $0.key < $1.key }) {
            guard let now = facts[what], now != then else { continue }
            throw refuse("was made with other data (changed: \(what))")
        }
    }
}
