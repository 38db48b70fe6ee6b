import PlumblineTraining
import PlumblineData
import Foundation
import PlumblineTensors

/// The three sets of images of an experiment.
///
/// They are for the starting model, for alignment, and for evaluation.
public struct ExperimentData {
    public let start: ImageDataset
    public let align: ImageDataset
    public let evaluate: ImageDataset
    /// The images as they were read.
    let sections: DataSections
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
        let sections = try DataSections(
            configuration, needsStart: needsStart, needsAlignment: needsAlignment)
        let evaluation = sections.evaluate
        let training = sections.start ?? sections.align
        for part in sections.trained(needsAlignment: needsAlignment) {
            try Overlap(part, evaluation).check(configuration)
        }
        let target = try ResolvedConfiguration(configuration).target
        let isMulticlass = configuration.model.output == .multiclass
        func dataset(_ images: LabelledImages, isTraining: Bool) throws -> ImageDataset {
            let dataset = try images.dataset(
                settings, isTraining: isTraining,
                furtherTargets: Array(configuration.align.classes.dropFirst()))
            if isMulticlass { try Self.requireSingleLabels(images, dataset) }
            return dataset
        }
        evaluate = try dataset(evaluation, isTraining: false)
        try Self.requireClass(evaluation, evaluate, target)
        evaluateMasks = try MaskSurvey(evaluation, evaluate, target: target)
        if needsAlignment, let images = sections.align {
            align = try dataset(images, isTraining: true)
            try Self.requireClass(images, align, target)
            let survey = try MaskSurvey(images, align, target: target)
            survey.note(isTraining: true, namesStrangers: true, configuration.align)
            alignMasks = survey
        } else {
            align = evaluate
            alignMasks = nil
        }
        let isOther = alignMasks?.images.source != evaluation.source
        evaluateMasks.note(isTraining: false, namesStrangers: isOther, configuration.align)
        if let training, training.section == "data.start" {
            start = try dataset(training, isTraining: true)
        } else {
            start = align
        }
        self.sections = sections
    }

    /// - Throws: an error where no image of alignment or of evaluation has a mask of the target.
    func requireMasks(_ configuration: Configuration) throws {
        let settings = configuration.align
        if !settings.scenarios.isEmpty, settings.training.epochs > 0, settings.lambda > 0 {
            try alignMasks?.require(isTraining: true, configuration)
        }
        try evaluateMasks.require(isTraining: false, configuration)
    }

    /// The evaluation images of a configuration, with their names.
    ///
    /// Masks are not needed. An image that appears twice is taken once.
    ///
    /// - Parameter classes: the classes whose labels are read.
    static func evaluationImages(
        _ configuration: Configuration, classes: [String] = []
    ) throws -> [NamedImage] {
        var settings = configuration.data
        if !classes.isEmpty { settings.classes = classes }
        // The marker follows the labels.
        let read = settings.decoy.isOn ? settings.classes : classes
        let sections = try DataSections(configuration, explaining: read)
        return try settings.marked(sections.evaluate.examples, isTraining: false)
            .map { NamedImage($0) }
    }

    private static func requireClass(
        _ images: LabelledImages, _ dataset: ImageDataset, _ target: TargetClass
    ) throws {
        let isThere = dataset.items.contains { $0.isPositive(target) }
        guard isThere else {
            let what =
                if case .index(let index) = target { "the class \(dataset.classes[index])" } else {
                    "a label"
                }
            throw DatasetError(images.name, "no image of \(dataset.count) has \(what)")
        }
    }

    /// Checks that no image has two labels, and says how many have none.
    ///
    /// - Throws: ``DatasetError`` for an image of two classes.
    private static func requireSingleLabels(
        _ images: LabelledImages, _ dataset: ImageDataset
    ) throws {
        var unlabelled = 0
        for item in dataset.items {
            let labels = dataset.classes.indices.filter { item.isPositive($0) }
            guard labels.count <= 1 else {
                throw DatasetError(
                    images.name,
                    "\(item.id) has the labels "
                        + labels.map { dataset.classes[$0] }.joined(separator: " and ")
                        + ", and model.output: multiclass needs one per image; "
                        + "set model.output: multilabel, or choose data.classes")
            }
            if labels.isEmpty { unlabelled += 1 }
        }
        if unlabelled > 0 {
            Progress.note(
                "\(images.section): \(unlabelled) of \(dataset.count) images have none of the "
                    + "classes; they count in no loss and in no accuracy")
        }
    }
}
