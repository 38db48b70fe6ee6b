import Foundation
import PlumblineExplanations

/// The settings that the result of a stage depends on.
///
/// A setting that is not named here belongs to them. So a forgotten one makes a stage train again;
/// it never gives a wrong result.
struct StageSettings {
    let configuration: Configuration
    let isAlignment: Bool
    /// Whether every image of the stage has a file of its own, whose content is hashed.
    ///
    /// Otherwise the settings say where the images come from.
    var hasImageFiles = true
    /// Whether a path counts as the place that it leads to; otherwise as it is written.
    var resolvesPaths = true

    // MARK: The hash

    /// One line per setting that no digest of ``StageIdentity`` stands for.
    ///
    /// - Throws: an error if the composite's file or the method is wrong.
    var lines: [String] {
        get throws {
            let keys = ConfigurationKeys.all.filter {
                determinesHash($0.name) && !isUnusedNewKey($0)
            }
            var lines = keys.map { "\($0.name) = \(value(of: $0))" }
            if isAlignment { lines.append("the method = \(try method(configuration))") }
            return lines
        }
    }

    /// Whether a key has the only value of older programs, which do not know it.
    ///
    /// It is left out, so that their hashes stay as they are.
    private func isUnusedNewKey(_ key: ConfigurationKey) -> Bool {
        Self.newKeys.contains(key.name) && key.write(configuration) == key.write(Configuration())
    }

    /// Keys that older programs do not know, and whose default is what these do.
    private static let newKeys: Set = [
        "train.permuted_labels", "train.seed", "align.seed", "align.loss", "align.layer",
        "align.annotated_fraction",
        "align.classes",
    ]

    /// Whether the value of a key is part of the hash.
    ///
    /// What a file says is left out, because its digest stands for it: so a file may move. The
    /// settings of the starting model are left out of a scenario's hash, because the digest of the
    /// weights stands for them.
    func determinesHash(_ key: String) -> Bool {
        guard determinesResult(key) else { return false }
        if Self.isPath(key) { return !hasImageFiles && Self.saysWhereImagesAre(key) }
        let isOfStart = ["train.", "data.start."].contains { key.hasPrefix($0) }
        return !(isAlignment && (isOfStart || key == "model.weights_key"))
    }

    /// The text of a setting.
    private func value(of key: ConfigurationKey) -> String {
        let text = key.write(configuration)
        guard Self.isPath(key.name), text.count > 2 else { return text }
        let path = String(text.dropFirst().dropLast())
        guard resolvesPaths else { return (path as NSString).standardizingPath }
        return URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }

    private static func isPath(_ key: String) -> Bool {
        if ["model.weights", "explanation.composite"].contains(key) { return true }
        return saysWhereImagesAre(key) || key.hasPrefix("data.") && key.hasSuffix(".masks")
    }

    private static func saysWhereImagesAre(_ key: String) -> Bool {
        key.hasPrefix("data.") && [".labels", ".images"].contains { key.hasSuffix($0) }
    }

    // MARK: Comparing

    /// The keys that would change the result, of those whose values differ from `stored`.
    ///
    /// - Throws: an error if the method is wrong.
    func differingKeys(_ stored: Configuration) throws -> [String] {
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

    // MARK: Which settings

    private func determinesResult(_ key: String) -> Bool {
        switch key {
        case "seed": return true
        case "align.scenarios", "align.gradient_every", "train.shared", "model.pretraining",
            "data.selection_share",
            "data.allow_overlap":
            return false
        default: break
        }
        if key.hasPrefix("data.evaluate.") || key == "data.evaluate_decoy" {
            return [.evaluation, .published].contains(configuration.data.selection)
        }
        if !isAlignment, startIgnores(key) { return false }
        let sections =
            isAlignment ? ["data", "model", "train", "align"] : ["data", "model", "train"]
        return sections.contains { key.hasPrefix("\($0).") }
    }

    /// Whether the starting model does not depend on this setting of `data`, `model` or `train`.
    ///
    /// Runs that differ only in such settings can share the starting model.
    private func startIgnores(_ key: String) -> Bool {
        // The starting model is trained on labels alone.
        if key == "data.start.masks" || key == "data.align.masks" { return true }
        let hasSeparateImages = configuration.data.start.isGiven
        if key.hasPrefix("data.align."), hasSeparateImages { return true }
        let decoy = configuration.data.decoy
        if decoy.isOn, decoy.className.isEmpty { return false }
        // Without images to choose checkpoints on, and a marker of the target, no class is special.
        return key == "data.target" && configuration.data.selection == .trainingLoss
    }
}
