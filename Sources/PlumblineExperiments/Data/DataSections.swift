import PlumblineData

/// The images of an experiment, read and divided as a run divides them.
struct DataSections {
    /// The images of the starting model; `nil` where it has no images of its own.
    let start: LabelledImages?
    /// `nil` where it is not needed.
    let align: LabelledImages?
    let evaluate: LabelledImages

    /// Reads the sections with their masks.
    ///
    /// - Parameters:
    ///   - needsStart: whether the images of the starting model are read.
    ///   - needsAlignment: whether those of alignment are read; without them, evaluation images of
    ///     their own are enough.
    ///   - readsAllMasks: whether masks are read for the starting model too, which uses none.
    ///   - isQuiet: whether what is left out is not reported as it is read.
    /// - Throws: ``DatasetError`` for a file that is missing or wrong; ``ConfigurationError`` where
    ///   a section is wanted, or where the images cannot be divided.
    init(
        _ configuration: Configuration, needsStart: Bool, needsAlignment: Bool,
        readsAllMasks: Bool = false, isQuiet: Bool = false
    ) throws {
        let settings = configuration.data
        var reading = Reading(configuration, classes: settings.classes)
        reading.isQuiet = isQuiet
        (align, evaluate) = try reading.alignAndEvaluate(needsAlignment)
        guard needsStart, settings.start.isGiven else {
            start = nil
            return
        }
        reading.needsMasks = readsAllMasks
        let all = try reading.images("data.start", settings.start)
        start = settings.evaluate.isGiven ? all : try Self.withoutHeldOut(all, evaluate)
    }

    /// The evaluation images, without masks.
    ///
    /// An image that appears twice is taken once.
    ///
    /// - Parameter classes: the classes whose labels are read.
    init(_ configuration: Configuration, explaining classes: [String]) throws {
        var reading = Reading(configuration, classes: classes)
        reading.needsMasks = false
        reading.skipsRepeats = true
        (align, evaluate) = try reading.alignAndEvaluate(false)
        start = nil
    }

    /// The sections that models are trained on.
    func trained(needsAlignment: Bool = true) -> [LabelledImages] {
        [start, needsAlignment ? align : nil].compactMap { $0 }
    }

    /// How sections are read.
    private struct Reading {
        let configuration: Configuration
        let classes: [String]
        var needsMasks = true
        var skipsRepeats = false
        var isQuiet = false

        init(_ configuration: Configuration, classes: [String]) {
            self.configuration = configuration
            self.classes = classes
        }

        func images(
            _ section: String, _ source: Configuration.Source
        ) throws -> LabelledImages {
            let images = try LabelledImages(
                section, source, configuration.data, classes: classes, needsMasks: needsMasks,
                skipsRepeats: skipsRepeats)
            if !isQuiet { images.noteOmissions() }
            return images
        }

        /// Alignment and evaluation, read or split.
        func alignAndEvaluate(
            _ needsAlignment: Bool
        ) throws -> (align: LabelledImages?, evaluate: LabelledImages) {
            let settings = configuration.data
            guard needsAlignment || !settings.evaluate.isGiven else {
                return (nil, try images("data.evaluate", settings.evaluate))
            }
            guard settings.align.isGiven else {
                throw ConfigurationError(
                    configuration.file, "data.align.labels", "a CheXpert label file is wanted")
            }
            let align = try images("data.align", settings.align)
            if settings.evaluate == settings.align {
                let evaluate = LabelledImages(align, section: "data.evaluate")
                if !isQuiet { evaluate.noteOmissions() }
                return (align, evaluate)
            }
            if settings.evaluate.isGiven {
                return (align, try images("data.evaluate", settings.evaluate))
            }
            return try align.split(configuration)
        }
    }

    /// `data.start` without what `data.held_out` evaluates.
    private static func withoutHeldOut(
        _ all: LabelledImages, _ evaluation: LabelledImages
    ) throws -> LabelledImages {
        let rest = Overlap.without(evaluation, all)
        guard rest.count > 0 else {
            throw DatasetError(all.name, "every image is held out for evaluation")
        }
        if rest.count < all.count {
            Progress.note(
                "data.start: \(all.count - rest.count) of \(all.count) images are held out for "
                    + "evaluation (data.held_out), or of the same patients, and left out")
        }
        return rest
    }
}
