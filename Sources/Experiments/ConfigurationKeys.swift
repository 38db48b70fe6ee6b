import Alignment
import Datasets
import Explanations
import Foundation
import Yams

/// What is wrong with a configuration: the file, the key, and what would be right.
public struct ConfigurationError: Error, CustomStringConvertible {
    public let description: String
    init(_ file: String, _ key: String, _ problem: String) {
        description = "\(file): \(key): \(problem)"
    }
}

/// One key of the configuration file: how it is read, how it is written, and what it means.
struct ConfigurationKey {
    let key: String, comment: String
    /// `nil` where the text (or list of texts) does not fit.
    let read: (inout Configuration, [String], Bool) -> Bool
    let write: (Configuration) -> String
    /// What would be right.
    let wanted: String

    private static func single<Value>(
        _ key: String, _ path: WritableKeyPath<Configuration, Value>, _ comment: String,
        wanted: String, parse: @escaping (String) -> Value?,
        write: @escaping (Value) -> String
    ) -> ConfigurationKey {
        ConfigurationKey(
            key: key, comment: comment,
            read: { configuration, texts, isList in
                guard !isList, texts.count == 1, let value = parse(texts[0]) else { return false }
                configuration[keyPath: path] = value
                return true
            }, write: { write($0[keyPath: path]) }, wanted: wanted)
    }

    static func text(
        _ key: String, _ path: WritableKeyPath<Configuration, String>, _ comment: String
    ) -> ConfigurationKey {
        single(key, path, comment, wanted: "text") {
            $0
        } write: {
            quoted($0)
        }
    }

    static func whole(
        _ key: String, _ path: WritableKeyPath<Configuration, Int>, in range: ClosedRange<Int>,
        _ comment: String
    ) -> ConfigurationKey {
        single(
            key, path, comment,
            wanted: "a whole number from \(range.lowerBound) to \(range.upperBound)"
        ) { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        } write: {
            "\($0)"
        }
    }

    static func real(
        _ key: String, _ path: WritableKeyPath<Configuration, Double>,
        in range: ClosedRange<Double>, _ comment: String
    ) -> ConfigurationKey {
        single(
            key, path, comment, wanted: "a number from \(range.lowerBound) to \(range.upperBound)"
        ) { text in
            Double(text).flatMap { range.contains($0) ? $0 : nil }
        } write: {
            "\($0)"
        }
    }

    static func float(
        _ key: String, _ path: WritableKeyPath<Configuration, Float>, in range: ClosedRange<Float>,
        _ comment: String
    ) -> ConfigurationKey {
        single(
            key, path, comment, wanted: "a number from \(range.lowerBound) to \(range.upperBound)"
        ) { text in
            Float(text).flatMap { range.contains($0) ? $0 : nil }
        } write: {
            "\($0)"
        }
    }

    static func flag(_ key: String, _ path: WritableKeyPath<Configuration, Bool>, _ comment: String)
        -> ConfigurationKey
    {
        single(key, path, comment, wanted: "true or false") {
            Bool($0.lowercased())
        } write: {
            "\($0)"
        }
    }

    static func choice<Value: RawRepresentable & CaseIterable>(
        _ key: String, _ path: WritableKeyPath<Configuration, Value>, _ comment: String
    ) -> ConfigurationKey where Value.RawValue == String {
        let all = Value.allCases.map(\.rawValue)
        return single(
            key, path, "\(comment) (\(all.joined(separator: " | ")))",
            wanted: "one of " + all.joined(separator: ", ")
        ) {
            Value(rawValue: $0)
        } write: {
            $0.rawValue
        }
    }

    static func list(
        _ key: String, _ path: WritableKeyPath<Configuration, [String]>, _ comment: String
    ) -> ConfigurationKey {
        ConfigurationKey(
            key: key, comment: comment,
            read: { configuration, texts, _ in
                configuration[keyPath: path] = texts
                return !texts.isEmpty
            }, write: { "[" + $0[keyPath: path].map(quoted).joined(separator: ", ") + "]" },
            wanted: "a list")
    }

    static func scenarios(
        _ key: String, _ path: WritableKeyPath<Configuration, [Scenario]>, _ comment: String
    ) -> ConfigurationKey {
        ConfigurationKey(
            key: key, comment: comment,
            read: { configuration, texts, _ in
                let found = texts.compactMap(Scenario.init)
                configuration[keyPath: path] = found
                return found.count == texts.count && Set(found).count == found.count
            }, write: { "[" + $0[keyPath: path].map(\.rawValue).joined(separator: ", ") + "]" },
            wanted: "a list of align and misalign")
    }

    private static func quoted(_ text: String) -> String {
        "\""
            + text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(
                of: "\"", with: "\\\"") + "\""
    }
}

enum ConfigurationKeys {
    /// Every key, in the order of the file.
    static var all: [ConfigurationKey] {
        [
            .text(
                "output", \.output,
                "Folder of the run: checkpoints, results.h5, panel.png. The same folder resumes."),
            .whole("seed", \.seed, in: 0...Int(Int32.max), "Everything random follows from it."),
            .whole(
                "threads", \.threads, in: 0...1024,
                "0: as many as the machine has. Results are bit-identical at the same count."),
            .whole(
                "checkpoint_every", \.checkpointEvery, in: 1...1_000_000,
                "Steps between saved states; a killed run repeats at most so many."),
            .list("data.classes", \.data.classes, "Columns of the label files: one logit each."),
            .text(
                "data.target", \.data.target, "The class whose explanations are aligned and judged."
            ),
            .choice("data.uncertainty", \.data.uncertainty, "What the label -1 means"),
            .flag("data.frontal_only", \.data.frontalOnly, "Leave lateral films out."),
            .real(
                "data.held_out", \.data.heldOut, in: 0...0.9,
                "Without data.evaluate.labels: the share of patients held out of data.align."),
            .whole(
                "data.size", \.data.preprocessing.size, in: 8...4096,
                "Pixels a side of the model's input."),
            .whole(
                "data.channels", \.data.preprocessing.channels, in: 1...3,
                "1 or 3; grey films are repeated."),
            .flag(
                "data.antialias", \.data.preprocessing.antialias,
                "Widen the resizing filter when shrinking (the paper: no)."),
            .float(
                "data.mean", \.data.preprocessing.mean, in: -10...10,
                "Subtracted from pixels / 255."),
            .float(
                "data.deviation", \.data.preprocessing.deviation, in: 1e-3...10,
                "What they are then divided by."),
            .float(
                "data.rotation", \.data.preprocessing.rotation, in: 0...180,
                "Random turns in training, degrees either way (the paper: 0)."),
            .flag("data.flips", \.data.preprocessing.flips, "Random mirroring in training."),
        ] + source("start", \.data.start, "For training the starting model; empty: as data.align.")
            + source("align", \.data.align, "For alignment and misalignment.")
            + source("evaluate", \.data.evaluate, "For evaluation and for choosing checkpoints.")
            + [
                .text(
                    "model.name", \.model.name,
                    "A registered architecture, such as densenet121 or vit_base_patch16_224."),
                .text(
                    "model.config", \.model.configuration,
                    "JSON overrides: growth_rate, block_config, img_size, depth, ..."),
                .text(
                    "model.weights", \.model.weights,
                    "To start from: a checkpoint, safetensors, .pt or Keras HDF5; empty: random. A head of another size is drawn anew."
                ),
                .text("model.pretraining", \.model.pretraining, "Named in the results."),
            ]
            + training("train", \.train, "Of the starting model; 0 takes the weights as they are.")
            + training("align", \.align.training, "Of each scenario.") + [
                .scenarios("align.scenarios", \.align.scenarios, "Which are run."),
                .text(
                    "align.explanation", \.align.explanation,
                    "The method trained through: \(ExplanationRegistry.differentiableNames.joined(separator: ", ")), lrp_custom."
                ),
                .real("align.lambda", \.align.lambda, in: 0...1e6, "Weight of the location loss."),
                .flag("align.rectify", \.align.rectifies, "Drop negative relevance."),
                .choice(
                    "align.output_seed", \.align.outputSeed,
                    "What is propagated back from the logit"),
                .choice(
                    "align.explanation_mode", \.align.explanationMode,
                    "How the model is run for its explanation"),
                .choice(
                    "align.location_pairing", \.align.pairing, "Which masks a map is compared with"),
                .choice(
                    "align.positives_without_mask", \.align.positivesWithoutMask,
                    "Leave them out of the location loss, or aim at zeros"),
                .flag(
                    "align.exact_reference", \.align.exactReference,
                    "All five as the published code has them, and two forwards a step."),
                .flag(
                    "align.keep_all_graphs", \.align.keepsAllGraphs,
                    "Train averaging methods faster, in memory that grows with their steps."),
                .flag(
                    "align.checkpointed", \.align.checkpointed,
                    "Recompute each block's activations instead of keeping them: less memory, nearly twice the time."
                ),
                .list(
                    "evaluate.explanations", \.evaluate.explanations,
                    "Methods judged: those and \(ExplanationRegistry.names.filter { !ExplanationRegistry.differentiableNames.contains($0) }.joined(separator: ", ")); sess: before any."
                ),
                .choice(
                    "evaluate.checkpoint", \.evaluate.checkpoint,
                    "Which model of a scenario is judged"),
                .whole(
                    "evaluate.batch_size", \.evaluate.batchSize, in: 1...4096, "Images a forward."),
                .flag(
                    "evaluate.save_explanations", \.evaluate.savesExplanations,
                    "Keep every map in results.h5."),
                .whole(
                    "evaluate.panel_images", \.evaluate.panelImages, in: 0...64,
                    "Rows of panel.png."),
                .whole(
                    "explanation.steps", \.explanation.steps, in: 1...100_000,
                    "Of integrated_gradients; samples of smoothgrad, vargrad, gradient_shap."),
                .float(
                    "explanation.noise", \.explanation.noise, in: 0...10,
                    "Deviation of smoothgrad's and vargrad's noise over the image's range."),
                .float(
                    "explanation.shap_noise", \.explanation.shapNoise, in: 0...10,
                    "Deviation of gradient_shap's noise over the image's range; 0: none (Captum)."
                ),
                .choice(
                    "explanation.baseline", \.explanation.baseline,
                    "Where integrated gradients start"),
                .choice(
                    "explanation.hidden", \.explanation.hidden,
                    "What perturbation methods put in the place of what they hide"),
                .text(
                    "explanation.layer", \.explanation.layer,
                    "Feature layer of class activation maps; empty: the model's last."),
                .choice(
                    "explanation.cam_convention", \.explanation.camConvention,
                    "grad_cam and its like on DenseNet: pytorch-grad-cam's, or their formula"),
                .whole(
                    "explanation.samples", \.explanation.samples, in: 1...10_000_000,
                    "Masks of rise, samples of lime and kernel_shap."),
                .whole(
                    "explanation.segments", \.explanation.segments, in: 2...2000,
                    "Superpixels of lime and kernel_shap, about."),
                .choice(
                    "explanation.lime_kernel", \.explanation.limeKernel,
                    "exp(-d^2 / (2 width^2)) of the packages, or the paper's exp(-d^2 / width^2)"),
                .real(
                    "explanation.lime_width", \.explanation.limeWidth, in: 1e-3...1000,
                    "Width of lime's kernel."),
                .real(
                    "explanation.lime_ridge", \.explanation.limeRidge, in: 1e-9...1e9,
                    "Penalty of lime's ridge regression."),
                .choice(
                    "explanation.sess", \.explanation.sess,
                    "Windows of sess: the authors' 12 sizes of +64 pixels, or a tenth of the work"),
                .whole(
                    "explanation.window", \.explanation.window, in: 0...4096,
                    "Side of occlusion's window; 0: an eighth of the image."),
                .whole(
                    "explanation.stride", \.explanation.stride, in: 0...4096,
                    "Pixels between windows; 0: half a window."),
                .whole(
                    "explanation.batch", \.explanation.batch, in: 1...4096,
                    "Images a forward of perturbation methods."),
                .choice(
                    "explanation.lrp_batch_norm", \.explanation.batchNorm,
                    "What LRP does at batch norm"),
                .flag(
                    "explanation.lrp_functions", \.explanation.coversFunctions,
                    "Rules also where torchvision calls a function: residual sums, DenseNet's last ReLU and pooling."
                ),
                .flag(
                    "explanation.lrp_ignore_bias", \.explanation.ignoresBias,
                    "Biases get no relevance, which then is conserved."),
                .choice(
                    "explanation.lrp_gradient", \.explanation.lrpGradient,
                    "What training through LRP differentiates"),
                .text("explanation.composite", \.compositeFile, "YAML of lrp_custom's rules."),
            ]
    }

    private static func source(
        _ name: String, _ path: WritableKeyPath<Configuration, Configuration.Source>,
        _ comment: String
    ) -> [ConfigurationKey] {
        [
            .text(
                "data.\(name).labels", path.appending(path: \.labels), "CheXpert CSV. \(comment)"),
            .text(
                "data.\(name).images", path.appending(path: \.images),
                "Folder that the CSV's paths are below."),
            .text(
                "data.\(name).masks", path.appending(path: \.masks),
                "gt_segmentations or gt_annotations JSON."),
        ]
    }

    private static func training(
        _ name: String, _ path: WritableKeyPath<Configuration, Configuration.TrainingSettings>,
        _ comment: String
    ) -> [ConfigurationKey] {
        [
            .whole("\(name).epochs", path.appending(path: \.epochs), in: 0...1_000_000, comment),
            .whole(
                "\(name).batch_size", path.appending(path: \.batchSize), in: 1...4096,
                "Images a forward."),
            .whole(
                "\(name).accumulation", path.appending(path: \.accumulation), in: 1...4096,
                "Batches a step."),
            .real("\(name).learning_rate", path.appending(path: \.rate), in: 0...100, "AdamW."),
            .real(
                "\(name).weight_decay", path.appending(path: \.weightDecay), in: 0...10,
                "Decoupled."),
            .real("\(name).beta1", path.appending(path: \.beta1), in: 0...0.9999999, "AdamW."),
            .real("\(name).beta2", path.appending(path: \.beta2), in: 0...0.9999999, "AdamW."),
            .real("\(name).epsilon", path.appending(path: \.epsilon), in: 0...1, "AdamW."),
            .real(
                "\(name).clip", path.appending(path: \.clip), in: 0...1e9,
                "Largest gradient norm; 0: none."),
            .choice(
                "\(name).schedule", path.appending(path: \.schedule), "How the learning rate falls"),
            .whole(
                "\(name).warm_up", path.appending(path: \.warmUp), in: 0...1_000_000_000,
                "Steps over which it rises first."),
            .choice(
                "\(name).batch_norm", path.appending(path: \.batchNorm),
                "Batch statistics, or the running ones held fixed"),
        ]
    }
}

extension Configuration {
    /// Reads YAML, then `overrides` of the form `key=value`.
    ///
    /// - Throws: ``ConfigurationError`` for an unknown key, a value that does not fit, or settings
    ///   that contradict each other.
    public init(yaml: String, file: String, overrides: [String] = []) throws {
        self.init()
        self.file = file
        let keys = Dictionary(uniqueKeysWithValues: ConfigurationKeys.all.map { ($0.key, $0) })
        let root: Node?
        do { root = try Yams.compose(yaml: yaml) } catch {
            throw ConfigurationError(
                file, "YAML", "\(error)".split(separator: "\n").joined(separator: " "))
        }
        if let root { try read(root, prefix: "", keys, file) }
        for override in overrides {
            guard let equals = override.firstIndex(of: "=") else {
                throw ConfigurationError("--set", override, "key=value is wanted")
            }
            let key = String(override[..<equals]),
                text = String(override[override.index(after: equals)...])
            let node: Node?
            do { node = try Yams.compose(yaml: text) } catch {
                throw ConfigurationError("--set", key, "not YAML: \(text)")
            }
            try read(node ?? Node(""), prefix: key, keys, "--set")
        }
        try check(file)
    }

    public static func load(_ path: String, overrides: [String] = []) throws -> Configuration {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError(path, "file", "no such file, or not readable")
        }
        return try Configuration(
            yaml: String(decoding: data, as: UTF8.self), file: path, overrides: overrides)
    }

    private mutating func read(
        _ node: Node, prefix: String, _ keys: [String: ConfigurationKey], _ file: String
    ) throws {
        if let mapping = node.mapping {
            for (name, value) in mapping {
                let part = name.scalar?.string ?? "?"
                try read(value, prefix: prefix.isEmpty ? part : "\(prefix).\(part)", keys, file)
            }
            return
        }
        guard let key = keys[prefix] else {
            let near = keys.keys.sorted().filter {
                $0.split(separator: ".").last == prefix.split(separator: ".").last
            }
            throw ConfigurationError(
                file, prefix.isEmpty ? "file" : prefix,
                "unknown key"
                    + (near.isEmpty
                        ? "; `plumbline config` lists all"
                        : "; is \(near.joined(separator: " or ")) meant?"))
        }
        let texts =
            node.sequence.map { $0.compactMap { $0.scalar?.string } } ?? [node.scalar?.string ?? ""]
        guard node.sequence == nil || texts.count == node.sequence!.count,
            key.read(&self, texts, node.sequence != nil)
        else {
            throw ConfigurationError(
                file, prefix, "\(key.wanted) is wanted, not \(texts.joined(separator: ", "))")
        }
    }

    private func check(_ file: String) throws {
        guard Set(data.classes).count == data.classes.count else {
            throw ConfigurationError(file, "data.classes", "a class is named twice")
        }
        guard data.classes.contains(data.target) else {
            throw ConfigurationError(
                file, "data.target",
                "\(data.target) is not among data.classes (\(data.classes.joined(separator: ", ")))"
            )
        }
        guard data.preprocessing.channels != 2 else {
            throw ConfigurationError(file, "data.channels", "1 or 3 is wanted, not 2")
        }
        func checked(_ key: String, _ make: () throws -> Void) throws {
            do { try make() } catch let error as ExplanationError {
                throw ConfigurationError(file, key, error.description)
            }
        }
        let settings = try explanationSettings()
        try checked("align.explanation") {
            _ = try ExplanationRegistry.makeDifferentiable(align.explanation, settings)
        }
        for name in evaluate.explanations {
            try checked("evaluate.explanations") {
                _ = try ExplanationRegistry.make(name, settings)
            }
        }
        guard !output.isEmpty else {
            throw ConfigurationError(file, "output", "a folder is wanted")
        }
    }

    /// Every key of the given sections with its value as written.
    func values(in sections: [String]) -> [String: String] {
        let keys = ConfigurationKeys.all.filter {
            sections.contains(String($0.key.split(separator: ".")[0]))
        }
        return Dictionary(uniqueKeysWithValues: keys.map { ($0.key, $0.write(self)) })
    }

    /// The configuration as YAML, each key with its meaning.
    public func yaml(commented: Bool = true) -> String {
        var lines: [String] = [], open: [String] = []
        for key in ConfigurationKeys.all {
            let parts = key.key.split(separator: ".").map(String.init),
                sections = Array(parts.dropLast())
            let shared = zip(open, sections).prefix { $0 == $1 }.count
            for depth in shared..<max(shared, sections.count) {
                lines.append(String(repeating: "  ", count: depth) + sections[depth] + ":")
            }
            open = sections
            let line =
                String(repeating: "  ", count: sections.count)
                + "\(parts.last!): \(key.write(self))"
            lines.append(
                commented
                    ? line.padding(toLength: max(44, line.count + 2), withPad: " ", startingAt: 0)
                        + "# " + key.comment : line)
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
