import PlumblineTraining
import PlumblineData
import PlumblineEvaluation
import PlumblineExplanations

enum ConfigurationKeys {
    /// What `align.exact_reference` sets; a test compares it with the keys that change.
    static let published = """
        data.frontal_only, data.selection, align.warm_up_start, align.divisor, \
        align.output_seed, align.explanation_mode, align.location_pairing, \
        align.positives_without_mask, align.shared_forward, evaluate.output_seed, \
        explanation.lrp_gradient, explanation.lrp_functions (DenseNet)
        """

    /// Every key, in the order of the file.
    static var all: [ConfigurationKey] {
        [
            .text(
                "output", \.output,
                "Folder of the run: checkpoints, results.h5, panel.png. The same folder resumes."),
            .whole("seed", \.seed, in: 0...Int(Int32.max), "Everything random follows from it."),
            .whole(
                "threads", \.threads, in: 0...1024,
                "0: as many as this process may use. Results are bit-identical at the same count."),
            .real(
                "checkpoint_minutes", \.checkpointMinutes, in: 0...1440,
                "Minutes between saved states; 0: every step. A killed run repeats what it did since."
            ),
            .choices(
                "checkpoints.keep", \.checkpoints.kept,
                "Which a stage keeps: last (always), and the best (last, best_auroc, best_location)."
            ),
            .flag(
                "checkpoints.optimiser", \.checkpoints.includesOptimiser,
                "Keep Adam's moments in last.h5; a stopped run goes on without them too."),
            .list("data.classes", \.data.classes, "Columns of the label files: one logit each."),
            .text(
                "data.target", \.data.target, "The class whose explanations are aligned and judged."
            ),
            .choice("data.uncertainty", \.data.uncertainty, "What the label -1 means"),
            .flag("data.frontal_only", \.data.frontalOnly, "Leave lateral images out."),
            .real(
                "data.held_out", \.data.heldOut, in: 0...0.9,
                "Without data.evaluate: the share of patients held out of data.align."),
            .text(
                "data.group", \.data.group,
                "Column that says which images belong together, such as subject_id; empty: Patient, or patientN in the path."
            ),
            .flag(
                "data.allow_overlap", \.data.allowsOverlap,
                "Warn, and go on, where some evaluation images or their patients are trained on."),
            .choice(
                "data.selection", \.data.selection, "What the best checkpoints are chosen by"),
            .real(
                "data.selection_share", \.data.selectionShare, in: 0.01...0.9,
                "With data.selection held_out: the share of patients held out of training."),
            .whole(
                "data.size", \.data.preprocessing.size, in: 8...4096,
                "Height and width of the model's input, in pixels."),
            .whole(
                "data.channels", \.data.preprocessing.channels, in: 1...3,
                "1 or 3; grey images are repeated."),
            .flag(
                "data.antialias", \.data.preprocessing.antialias,
                "Widen the resizing filter when shrinking (the paper: no)."),
            .float(
                "data.mean", \.data.preprocessing.mean, in: -10...10,
                "Subtracted from pixels / 255."),
            .float(
                "data.deviation", \.data.preprocessing.deviation, in: 1e-6...1000,
                "The standard deviation that they are then divided by."),
            .float(
                "data.rotation", \.data.preprocessing.rotation, in: 0...180,
                "Largest angle of random rotations in training, in degrees (the paper: 0)."),
            .flag("data.flips", \.data.preprocessing.flips, "Random mirroring in training."),
        ] + source("start", \.data.start, "For training the starting model; empty: as data.align.")
            + source("align", \.data.align, "For alignment and misalignment.")
            + source("evaluate", \.data.evaluate, "For evaluation.")
            + [
                .text(
                    "model.name", \.model.name,
                    "A registered architecture, such as densenet121 or vit_base_patch16_224."),
                .json(
                    "model.config", \.model.configuration,
                    "JSON overrides: growth_rate, block_config, img_size, depth, ..."),
                .text(
                    "model.weights", \.model.weights,
                    "To start from: a checkpoint, safetensors, .pt or Keras HDF5; empty: random. A head of another size is drawn anew."
                ),
                .text(
                    "model.weights_key", \.model.weightsKey,
                    "Where a file of several has them: a key such as state_dict_ema, or what names begin with; empty: where the most fit."
                ),
                .text("model.pretraining", \.model.pretraining, "Named in the results."),
            ]
            + training("train", \.train, "Of the starting model; 0 takes the weights as they are.")
            + [
                .text(
                    "train.shared", \.sharedStarts,
                    "A folder of starting models that runs share, each trained once; empty: none.")
            ] + training("align", \.align.training, "Of each scenario.") + [
                .choices("align.scenarios", \.align.scenarios, "Which are run."),
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
                    "align.shared_forward", \.align.sharesForward,
                    "One forward pass for both losses where the result is the same."),
                .flag(
                    "align.exact_reference", \.align.exactReference,
                    "The published code's behaviour; sets \(published), each unless given."),
                .flag(
                    "align.keep_all_graphs", \.align.keepsAllGraphs,
                    "Train averaging methods faster, in memory that grows with their steps."),
                .flag(
                    "align.checkpointed", \.align.checkpointed,
                    "Recompute each block's activations instead of keeping them: less memory, nearly twice the time."
                ),
                .list(
                    "evaluate.explanations", \.evaluate.explanations,
                    "Methods judged; empty: the one trained through. Those and \(ExplanationRegistry.names.filter { !ExplanationRegistry.differentiableNames.contains($0) }.joined(separator: ", ")); sess: before any.",
                    mayBeEmpty: true
                ),
                .list(
                    "evaluate.metrics", \.evaluate.metrics,
                    "What explanations are scored by: \(MetricRegistry.names.joined(separator: ", "))."
                ),
                .choice(
                    "evaluate.output_seed", \.evaluate.outputSeed,
                    "What is propagated back from the logit in evaluation"),
                .choice(
                    "evaluate.checkpoint", \.evaluate.checkpoint,
                    "Which model of a scenario is judged"),
                .real(
                    "evaluate.margin", \.evaluate.margin, in: 0...1,
                    "How far apart two AUROCs may be to count as equal predictions."),
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
            ] + ExplanationRegistry.registeredKeys.map(registered)
    }

    /// A setting that a registered explanation declares for itself.
    private static func registered(_ declaration: ExplanationKeyDeclaration) -> ConfigurationKey {
        let key = "explanation.\(declaration.name)"
        let name = declaration.name
        switch declaration.kind {
        case .whole(let value, let range):
            return .whole(
                key, \.explanation[whole: name, default: value], in: range, declaration.meaning)
        case .real(let value, let range):
            return .real(
                key, \.explanation[real: name, default: value], in: range, declaration.meaning)
        case .flag(let value):
            return .flag(
                key, \.explanation[flag: name, default: value], declaration.meaning)
        }
    }

    private static func source(
        _ name: String, _ path: WritableKeyPath<Configuration, Configuration.Source>,
        _ comment: String
    ) -> [ConfigurationKey] {
        [
            .text(
                "data.\(name).format", path.appending(path: \.format),
                "How the files are read: \(ImageFormats.names.joined(separator: ", "))."),
            .text(
                "data.\(name).labels", path.appending(path: \.labels),
                "The labels (chexpert: CSV). \(comment)"),
            .text(
                "data.\(name).images", path.appending(path: \.images),
                "The folder that paths in the labels are relative to."),
            .text(
                "data.\(name).masks", path.appending(path: \.masks),
                "The masks (chexpert: gt_segmentations or gt_annotations JSON)."),
            .options(
                "data.\(name).options", path.appending(path: \.options),
                "Settings that the format has of its own."),
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
                "\(name).warm_up_start", path.appending(path: \.warmUpStart),
                "Whether the first step of the rise has rate 1/n or 0"),
            .choice(
                "\(name).divisor", path.appending(path: \.divisor),
                "What a step's summed gradients are divided by: its batches, or accumulation"),
            .choice(
                "\(name).batch_norm", path.appending(path: \.batchNorm),
                "Batch statistics, or the running ones held fixed"),
        ]
    }
}
