import PlumblineTraining
import PlumblineData
import Foundation
import PlumblineTensors

/// The three sets of images of an experiment: for the starting model, for alignment, and for
/// evaluation.
public struct ExperimentData {
    public let start: ImageDataset, align: ImageDataset, evaluate: ImageDataset
    let alignMasks: MaskSurvey?
    private let evaluateMasks: MaskSurvey

    /// Reads labels and masks, looks for every image, and says what is left out.
    ///
    /// - Parameters:
    ///   - needsStart: whether a starting model will be trained.
    ///   - needsAlignment: whether there will be alignment; without it, evaluation images of their
    ///   own are enough.
    /// - Throws: ``DatasetError`` for a file that is missing or wrong, or a class that no image of
    ///   alignment or evaluation has; ``ConfigurationError`` where evaluation images are trained on
    ///   (``Overlap/check(_:)``).
    public init(_ configuration: Configuration, needsStart: Bool, needsAlignment: Bool = true)
        throws
    {
        let settings = configuration.data
        let sets = try Sets(configuration, classes: settings.classes, needsAlignment)
        let evaluation = sets.evaluate
        var training = sets.align
        if needsStart, !settings.start.labels.isEmpty {
            let all = try LabelledImages(
                "data.start", settings.start, settings, classes: settings.classes)
            if settings.evaluate.labels.isEmpty {
                training = try Self.withoutHeldOut(all, evaluation)
            } else {
                try Overlap(all, evaluation).check(configuration)
                training = all
            }
        }
        if needsAlignment, let align = sets.align {
            try Overlap(align, evaluation).check(configuration)
        }
        func masks(_ source: Configuration.Source) throws -> Localizations? {
            source.masks.isEmpty ? nil : try Localizations(source.masks)
        }
        let own = try masks(evaluation.source)
        let target = try ResolvedConfiguration(configuration).target
        evaluate = try evaluation.dataset(settings, own, isTraining: false)
        try Self.requireClass(evaluation, evaluate, target)
        evaluateMasks = try MaskSurvey(evaluation, evaluate, own, target: target)
        if needsAlignment, let images = sets.align {
            let its = images.source == evaluation.source ? own : try masks(images.source)
            align = try images.dataset(settings, its, isTraining: true)
            try Self.requireClass(images, align, target)
            let survey = try MaskSurvey(images, align, its, target: target)
            survey.note(isTraining: true, namesStrangers: true, configuration.align)
            alignMasks = survey
        } else {
            align = evaluate
            alignMasks = nil
        }
        let isOther = alignMasks?.images.source != evaluation.source
        evaluateMasks.note(isTraining: false, namesStrangers: isOther, configuration.align)
        if let training, training.section == "data.start" {
            start = try training.dataset(settings, nil, isTraining: true)
        } else {
            start = align
        }
    }

    /// - Throws: an error where no image of alignment or of evaluation has a mask of the target.
    func requireMasks(_ configuration: Configuration) throws {
        let settings = configuration.align
        if !settings.scenarios.isEmpty, settings.training.epochs > 0, settings.lambda > 0 {
            try alignMasks?.require(isTraining: true, configuration)
        }
        try evaluateMasks.require(isTraining: false, configuration)
    }

    /// The evaluation images of a configuration, with their names. Labels and masks are not
    /// needed; an image that is there twice is taken once.
    static func evaluationImages(_ configuration: Configuration) throws -> [NamedImage] {
        let sets = try Sets(configuration, classes: [], false, skipsRepeats: true)
        return zip(sets.evaluate.keys, sets.evaluate.files).map { NamedImage(name: $0, file: $1) }
    }

    /// Alignment and evaluation, read or split.
    private struct Sets {
        /// `nil` where it is not needed.
        let align: LabelledImages?
        let evaluate: LabelledImages

        init(
            _ configuration: Configuration, classes: [String], _ needsAlignment: Bool,
            skipsRepeats: Bool = false
        ) throws {
            let settings = configuration.data
            func read(_ section: String, _ source: Configuration.Source) throws -> LabelledImages {
                try LabelledImages(
                    section, source, settings, classes: classes, skipsRepeats: skipsRepeats)
            }
            var align: LabelledImages?
            if needsAlignment || settings.evaluate.labels.isEmpty {
                guard !settings.align.labels.isEmpty else {
                    throw ConfigurationError(
                        configuration.file, "data.align.labels", "a CheXpert label file is wanted")
                }
                align = try read("data.align", settings.align)
            }
            if settings.evaluate.labels.isEmpty {
                (align, evaluate) = try align!.split(configuration)
            } else {
                evaluate = try read("data.evaluate", settings.evaluate)
            }
            self.align = align
        }
    }

    /// `data.start` without what `data.held_out` evaluates.
    private static func withoutHeldOut(_ all: LabelledImages, _ evaluation: LabelledImages) throws
        -> LabelledImages
    {
        let rest = Overlap.without(evaluation, all)
        guard rest.count > 0 else {
            throw DatasetError(all.source.labels, "every image is held out for evaluation")
        }
        if rest.count < all.count {
            Progress.note(
                "data.start: \(all.count - rest.count) of \(all.count) images are held out for "
                    + "evaluation (data.held_out), or of the same patients, and left out")
        }
        return rest
    }

    private static func requireClass(
        _ images: LabelledImages, _ dataset: ImageDataset, _ target: Int
    ) throws {
        let isThere = dataset.items.contains { $0.labels[target] == 1 && $0.weights[target] > 0 }
        guard isThere else {
            throw DatasetError(
                images.source.labels,
                "no image of \(dataset.count) has the class \(dataset.classes[target])")
        }
    }
}

extension ImageDataset {
    /// The order of an epoch's samples in batches; it follows from the seed and the epoch alone.
    func batches(size: Int, seed: UInt64, epoch: Int) -> [[Int]] {
        var random = RandomGenerator(seed: seed).stream("order \(epoch)")
        let order = Array(0..<count).shuffled(using: &random)
        return stride(from: 0, to: count, by: size).map { Array(order[$0..<min(count, $0 + size)]) }
    }
}
