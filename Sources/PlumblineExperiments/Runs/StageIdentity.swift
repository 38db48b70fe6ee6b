import PlumblineData
import PlumblineExplanations
import Foundation
import PlumblineModels
import PlumblineStorage
import PlumblineTensors

/// Everything that the result of a training stage depends on.
///
/// These are its settings and the contents of the files that they name. A stage is resumed, or used
/// as finished, only under the same identity.
struct StageIdentity {
    let configuration: Configuration
    let isAlignment: Bool
    /// Digests of what the settings do not determine, such as file contents and the parent's
    /// weights.
    private(set) var facts: [String: String] = [:]

    /// The identity of the starting model.
    static func start(_ configuration: Configuration, _ data: SelectionSplit) throws
        -> StageIdentity
    {
        var identity = StageIdentity(configuration: configuration, isAlignment: false)
        // Without steps no image is used.
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
    /// - Parameter start: the model that it starts from; `nil` if it is not trained yet.
    static func alignment(
        _ configuration: Configuration, _ data: SelectionSplit, start: (any Classifier)?
    ) throws -> StageIdentity {
        var identity = StageIdentity(configuration: configuration, isAlignment: true)
        identity.facts["the images and labels of data.align"] = data.training.digest
        identity.facts["the images that checkpoints are chosen on"] = data.selection?.digest
        identity.facts["the weights of the starting model"] = start?.digest
        let masks = configuration.data.align.masks
        if FileIdentity(masks)?.isFile == true {
            identity.facts["the content of data.align.masks"] = try sha256(ofFile: masks)
        } else {
            identity.facts["the regions of data.align"] = data.regionDigest
        }
        if !configuration.compositeFile.isEmpty {
            // The parsed rules, so that a comment in the file may change.
            let composite = try LRPComposite(file: configuration.compositeFile)
            identity.facts["the content of explanation.composite"] = "\(composite)"
        }
        return identity
    }

    /// The key under which a checkpoint stores the hash of its stage.
    static let hashKey = "the hash of the stage"

    /// A hash of exactly the settings and contents that determine the stage's result.
    ///
    /// It has 64 hexadecimal digits. Paths are resolved first.
    ///
    /// - Throws: an error if the composite's file or the method is wrong.
    var hash: String {
        get throws {
            var lines = try ConfigurationKeys.all.filter { try determinesHash($0) }.map {
                "\($0.name) = \(StageIdentity.value(of: $0, configuration))"
            }
            if isAlignment { lines.append("the method = \(try method(configuration))") }
            lines += facts.map { "\($0.key): \($0.value)" }
            let text = lines.sorted().joined(separator: "\n")
            return sha256(of: Data(text.utf8))
        }
    }

    /// Whether the value of a key is part of the hash.
    ///
    /// Masks, weights and the composite are left out: ``facts`` has their contents, so that a file
    /// may move.
    private func determinesHash(_ key: ConfigurationKey) throws -> Bool {
        let isInFacts =
            ["model.weights", "explanation.composite"].contains(key.name)
            || key.name.hasPrefix("data.") && key.name.hasSuffix(".masks")
        return !isInFacts && determinesResult(key.name)
    }

    private static func isPath(_ key: String) -> Bool {
        if ["model.weights", "explanation.composite"].contains(key) { return true }
        let endings = [".labels", ".images", ".masks"]
        return key.hasPrefix("data.") && endings.contains { key.hasSuffix($0) }
    }

    /// The text of a setting.
    ///
    /// A path is resolved.
    private static func value(of key: ConfigurationKey, _ configuration: Configuration) -> String {
        let text = key.write(configuration)
        guard isPath(key.name), text.count > 2 else { return text }
        let path = String(text.dropFirst().dropLast())
        return URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }

    /// - Throws: ``StorageError`` that names the first difference from `checkpoint`.
    func check(_ checkpoint: Checkpoint, _ path: String) throws {
        let stored = try Configuration(stored: checkpoint.configuration, file: path)
        func refuse(_ what: String) -> StorageError {
            StorageError(path, "\(what); choose another output folder or remove this one")
        }
        // With equal hashes, paths lead to the same files, even if they are written differently.
        let isSame = try checkpoint.identity[Self.hashKey] == hash
        for key in try differingKeys(stored) where !(isSame && Self.isPath(key)) {
            let then = stored.value(of: key) ?? ""
            let now = configuration.value(of: key) ?? ""
            throw refuse("was made with \(key) = \(then), now it is \(now)")
        }
        for (what, then) in checkpoint.identity.sorted(by: { $0.key < $1.key }) {
            guard let now = facts[what], now != then else { continue }
            throw refuse("was made with other data (changed: \(what))")
        }
    }

    private func differingKeys(_ stored: Configuration) throws -> [String] {
        let differing = ConfigurationKeys.all.filter {
            $0.write(configuration) != $0.write(stored)
        }
        let direct = differing.map(\.name).filter(determinesResult)
        guard isAlignment, direct.isEmpty else { return direct }
        return try differing.filter { key in
            guard key.name.hasPrefix("explanation."), key.name != "explanation.composite" else {
                return false
            }
            // A setting counts only if it changes the method that is trained through.
            var changed = configuration
            key.copy(from: stored, to: &changed)
            return try method(changed) != method(configuration)
        }.map(\.name)
    }

    private func method(_ configuration: Configuration) throws -> String {
        let settings = try configuration.explanationSettings()
        let method = try ExplanationRegistry.make(configuration.align.explanation, settings)
        // Without the default, so that hashes of older programs stay as they are.
        return settings.quantity == .logit
            ? "\(method)" : "\(method) of \(settings.quantity.rawValue)"
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
    /// Whether the starting model does not depend on this setting of `data`, `model` or `train`.
    ///
    /// Runs that differ only in such settings can share the starting model.
    private func startIgnores(_ key: String) -> Bool {
        // The starting model is trained on labels alone.
        if key == "train.shared" || key == "data.start.masks" || key == "data.align.masks" {
            return true
        }
        let hasSeparateImages = configuration.data.start.isGiven
        if key.hasPrefix("data.align."), hasSeparateImages { return true }
        // Without images to choose checkpoints on, no class is special.
        return key == "data.target" && configuration.data.selection == .trainingLoss
    }
}

extension ImageDataset {
    /// A digest of the names, labels and groups of the images.
    var digest: String {
        var text = classes.joined(separator: "\u{1}")
        for item in items {
            text += "\n\(item.id)\u{1}\(item.labels)\u{1}\(item.weights)\u{1}\(item.group ?? "")"
        }
        return sha256(of: Data(text.utf8))
    }
}

extension Classifier {
    /// A digest of the names and values of the parameters.
    var digest: String {
        let lines = parameters.map { parameter in
            let values = parameter.value.detached.values.withUnsafeBytes { Data($0) }
            return "\(parameter.name) \(sha256(of: values))"
        }
        return sha256(of: Data(lines.joined(separator: "\n").utf8))
    }
}
