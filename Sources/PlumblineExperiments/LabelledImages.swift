import PlumblineData

/// The images of one section of `data`, each with a name of its own.
struct LabelledImages {
    /// The section of the configuration, such as `data.align`.
    let section: String
    let source: Configuration.Source
    let examples: [Example]
    /// What tells each image from all others, in other sections too.
    let identities: [ImageIdentity]
    let maskFile: FormattedImages.MaskFile?
    let omissions: [FormattedImages.Omission]
    private let groupProblem: String?

    var count: Int { examples.count }

    /// Reads the data of a section by its format.
    ///
    /// - Parameters:
    ///   - classes: the classes that are needed.
    ///   - needsMasks: whether masks are read.
    ///   - skipsRepeats: whether an image that appears again is left out; otherwise it is an error.
    /// - Throws: ``DatasetError`` for a file that is wrong, for an image that is missing, and for
    ///   two images of one name.
    init(
        _ section: String, _ source: Configuration.Source, _ settings: Configuration.DataSettings,
        classes: [String], needsMasks: Bool, skipsRepeats: Bool = false
    ) throws {
        var request = FormatRequest()
        request.section = section
        request.labels = source.labels
        request.images = source.images
        request.masks = needsMasks ? source.masks : ""
        request.classes = classes
        request.target = needsMasks ? settings.target : nil
        request.groupColumn = settings.group
        request.options = source.options
        request.uncertainty = settings.uncertainty
        request.frontalOnly = settings.frontalOnly
        request.skipsRepeats = skipsRepeats
        let images = try ImageFormats.read(source.format, request)
        let examples = try (0..<images.source.count).map { try images.source.example($0) }
        guard !examples.isEmpty else { throw DatasetError(request.name, "there is no image") }
        try Self.checkNames(examples, request.name)
        self.section = section
        self.source = source
        self.examples = examples
        identities = examples.map { ImageIdentity($0, of: source) }
        maskFile = images.maskFile
        omissions = images.omissions
        groupProblem = images.groupProblem
    }

    /// The same images for another section.
    ///
    /// - Parameter section: a section with the same settings.
    init(_ other: LabelledImages, section: String) {
        self.init(other, Array(other.examples.indices), section: section)
    }

    private init(_ other: LabelledImages, _ indices: [Int], section: String) {
        self.section = section
        source = other.source
        examples = indices.map { other.examples[$0] }
        identities = indices.map { other.identities[$0] }
        maskFile = other.maskFile
        omissions = other.omissions
        groupProblem = other.groupProblem
    }

    func filtered(_ isKept: (Int) -> Bool) -> LabelledImages {
        LabelledImages(self, examples.indices.filter(isKept), section: section)
    }

    /// Says what was left out.
    func noteOmissions() {
        for omission in omissions { Progress.note("\(name): \(omission.note)") }
    }

    /// Names are also the names of files and of entries in results.
    private static func checkNames(_ examples: [Example], _ source: String) throws {
        var ids: Set<String> = []
        for example in examples {
            let id = example.id
            let hasSeparator = id.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "/") }
            guard !["", ".", ".."].contains(id), !hasSeparator else {
                throw DatasetError(
                    source, "an image is called \"\(id)\"; a name is not empty and has no /")
            }
            guard ids.insert(id).inserted else {
                throw DatasetError(source, "two images are called \(id)")
            }
        }
    }

    /// What the data are called in messages.
    var name: String {
        [source.labels, source.images, section].first { !$0.isEmpty } ?? section
    }

    /// Splits the images by group: the second part has a share of the groups.
    ///
    /// - Throws: ``ConfigurationError`` where it is not known which images belong together.
    func split(_ configuration: Configuration) throws -> (LabelledImages, LabelledImages) {
        if let example = examples.first(where: { $0.group == nil }) {
            throw ConfigurationError(
                configuration.file, "data.group",
                "data.held_out splits by patient, and "
                    + (groupProblem ?? "\(example.id) of \(name) has none"))
        }
        let split = GroupSplit(
            share: configuration.data.heldOut, seed: UInt64(configuration.seed))
        let isSecond = examples.map { $0.group.map(split.isInSecondPart) == true }
        return (filtered { !isSecond[$0] }, filtered { isSecond[$0] })
    }

    /// The images at the model's size, with the masks of the target.
    ///
    /// - Throws: ``DatasetError`` for a target that is not one of the classes.
    func dataset(
        _ settings: Configuration.DataSettings, isTraining: Bool, furtherTargets: [String] = []
    ) throws -> ImageDataset {
        try ImageDataset(
            ExampleList(
                classes: settings.classes,
                examples: settings.marked(examples, isTraining: isTraining)),
            preprocessing: settings.preprocessing,
            augmentation: isTraining ? settings.augmentation : Augmentation(),
            target: settings.target, furtherTargets: isTraining ? furtherTargets : [],
            dropsEmptyMasks: isTraining)
    }
}
