import PlumblineData
import PlumblineExplanations
import Foundation
import PlumblineModels
import PlumblineStorage
import PlumblineTensors

/// Everything that the result of a training stage depends on: its settings, and the contents of
/// the files that they name.
///
/// A stage goes on, or is taken as finished, under the same identity alone.
struct StageIdentity {
    let configuration: Configuration
    let isAlignment: Bool
    /// What the settings do not say, by what it is: digests of contents, the parent's weights.
    private(set) var facts: [String: String] = [:]

    /// The identity of the starting model.
    static func start(_ configuration: Configuration, _ data: SelectionSplit) throws
        -> StageIdentity
    {
        var identity = StageIdentity(configuration: configuration, isAlignment: false)
        // Without steps no image is seen.
        if configuration.train.epochs > 0 {
            identity.facts["the images and labels of data.start"] = data.training.digest
            identity.facts["the images that checkpoints are chosen on"] = data.selection?.digest
        }
        let weights = configuration.model.weights
        if !weights.isEmpty {
            identity.facts["the content of model.weights"] = try sha256(ofFile: weights)
        }
        return identity
    }

    /// The identity of a scenario.
    ///
    /// - Parameter start: the weights that it starts from; `nil` where they are not there yet.
    static func alignment(
        _ configuration: Configuration, _ data: SelectionSplit, start: (any Classifier)?
    ) throws -> StageIdentity {
        var identity = StageIdentity(configuration: configuration, isAlignment: true)
        identity.facts["the images and labels of data.align"] = data.training.digest
        identity.facts["the images that checkpoints are chosen on"] = data.selection?.digest
        identity.facts["the weights of the starting model"] = start?.digest
        let masks = configuration.data.align.masks
        if !masks.isEmpty {
            identity.facts["the content of data.align.masks"] = try sha256(ofFile: masks)
        }
        if !configuration.compositeFile.isEmpty {
            // As it is read, so that a comment may change.
            let composite = try LRPComposite(file: configuration.compositeFile)
            identity.facts["the content of explanation.composite"] = "\(composite)"
        }
        return identity
    }

    /// Under which a checkpoint stores the hash of its stage.
    static let hashKey = "the hash of the stage"

    /// A hash of exactly the settings and contents that determine the stage's result, as 64
    /// hexadecimal digits. Paths count as the files that they lead to from here.
    var hash: String {
        get throws {
            var lines = try ConfigurationKeys.all.filter { try determinesHash($0) }.map {
                "\($0.key) = \(StageIdentity.value(of: $0, configuration))"
            }
            if isAlignment { lines.append("the method = \(try method(configuration))") }
            lines += facts.map { "\($0.key): \($0.value)" }
            let text = lines.sorted().joined(separator: "\n")
            return sha256(of: Data(text.utf8))
        }
    }

    /// Settings whose effect a fact holds (labels, masks, weights, the composite) are left out, so
    /// that a file may move.
    private func determinesHash(_ key: ConfigurationKey) throws -> Bool {
        let isInFacts =
            ["model.weights", "explanation.composite"].contains(key.key)
            || key.key.hasPrefix("data.") && key.key.hasSuffix(".masks")
        return !isInFacts && determinesResult(key.key)
    }

    private static func isPath(_ key: String) -> Bool {
        if ["model.weights", "explanation.composite"].contains(key) { return true }
        let endings = [".labels", ".images", ".masks"]
        return key.hasPrefix("data.") && endings.contains { key.hasSuffix($0) }
    }

    /// The text of a setting, with a path written in full.
    private static func value(of key: ConfigurationKey, _ configuration: Configuration) -> String {
        let text = key.write(configuration)
        guard isPath(key.key), text.count > 2 else { return text }
        let path = String(text.dropFirst().dropLast())
        return URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }

    /// - Throws: ``StorageError`` that names the first key or content that differs.
    func check(_ checkpoint: Checkpoint, _ path: String) throws {
        let stored = try Configuration(stored: checkpoint.configuration, file: path)
        func refuse(_ what: String) -> StorageError {
            StorageError(path, "\(what); choose another output folder or remove this one")
        }
        // Then the paths lead to the same files, however they are written.
        let isSame = try checkpoint.identity[Self.hashKey] == hash
        for key in try differingKeys(stored) where !(isSame && Self.isPath(key)) {
            let then = stored.value(of: key) ?? ""
            let now = configuration.value(of: key) ?? ""
            throw refuse("was made with \(key) = \(then), now it is \(now)")
        }
        for (what, then) in checkpoint.identity.sorted(by: { $0.key < $1.key }) {
            guard let now = facts[what], now != then else { continue }
            throw refuse("was made with other data: \(what) changed since")
        }
    }

    private func differingKeys(_ stored: Configuration) throws -> [String] {
        let differing = ConfigurationKeys.all.filter {
            $0.write(configuration) != $0.write(stored)
        }
        let direct = differing.map(\.key).filter(determinesResult)
        guard isAlignment, direct.isEmpty else { return direct }
        return try differing.filter { key in
            guard key.key.hasPrefix("explanation."), key.key != "explanation.composite" else {
                return false
            }
            // A setting counts if it changes the method that is trained through.
            var changed = configuration
            key.copy(stored, &changed)
            return try method(changed) != method(configuration)
        }.map(\.key)
    }

    private func method(_ configuration: Configuration) throws -> String {
        let settings = try configuration.explanationSettings()
        return "\(try ExplanationRegistry.make(configuration.align.explanation, settings))"
    }

    private func determinesResult(_ key: String) -> Bool {
        switch key {
        case "seed": return true
        case "evaluate.checkpoint": return isAlignment
        case "align.scenarios", "model.pretraining", "data.selection_share", "data.allow_overlap":
            return false
        default: break
        }
        if key.hasPrefix("data.evaluate.") {
            return [.evaluation, .published].contains(configuration.data.selection)
        }
        if !isAlignment, startIgnores(key) { return false }
        let sections =
            isAlignment ? ["data", "model", "train", "align"] : ["data", "model", "train"]
        return sections.contains { key.hasPrefix("\($0).") }
    }
}

extension StageIdentity {
    /// Whether nothing in the starting model follows from this setting of `data`, `model` or
    /// `train`. Runs that align otherwise can then share it.
    private func startIgnores(_ key: String) -> Bool {
        // It is trained on labels alone.
        if key == "train.shared" || key == "data.start.masks" || key == "data.align.masks" {
            return true
        }
        let hasOwnImages = !configuration.data.start.labels.isEmpty
        if key.hasPrefix("data.align."), hasOwnImages { return true }
        // Without images to choose on, no class is looked at more than another.
        return key == "data.target" && configuration.data.selection == .trainingLoss
    }
}

extension ImageDataset {
    /// A digest of its images' names, labels and groups.
    var digest: String {
        var text = classes.joined(separator: "\u{1}")
        for item in items {
            text += "\n\(item.id)\u{1}\(item.labels)\u{1}\(item.weights)\u{1}\(item.group ?? "")"
        }
        return sha256(of: Data(text.utf8))
    }
}

extension Classifier {
    /// A digest of its parameters' names and values.
    var digest: String {
        let lines = parameters.map { parameter in
            let values = parameter.value.detached.values.withUnsafeBytes { Data($0) }
            return "\(parameter.name) \(sha256(of: values))"
        }
        return sha256(of: Data(lines.joined(separator: "\n").utf8))
    }
}
