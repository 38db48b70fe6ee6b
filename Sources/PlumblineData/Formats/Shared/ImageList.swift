/// The images of a data set while a format reads them.
///
/// It finds files, keeps one entry per file, and counts what is left out.
struct ImageList {
    let request: FormatRequest
    /// The folder that names of images start from.
    let folder: String
    private(set) var images: [LabelledImage] = []
    var omitted = OmissionCounter()
    private var indices: [FileIdentity: Int] = [:]
    private var finder: ImageFinder
    private var split: SplitList?
    private let missing: MissingImages
    private let joins: PartJoins
    /// Images without a file, and where the first is named.
    private var missingNames: Set<String> = []
    private var firstMissing = ""

    /// - Parameter folder: the folder of images.
    /// - Throws: ``DatasetError`` for options that are wrong.
    init(_ request: FormatRequest, folder: String, split: SplitList? = nil) throws {
        self.request = request
        self.folder = folder
        self.split = split
        finder = ImageFinder(folder: folder)
        missing = try request.choice(MissingImages.option.name, .refuse)
        joins = try PartJoins(request)
    }

    /// An image of the data set: its index, and whether it was not named before.
    struct Place {
        let index: Int
        let isNew: Bool
    }

    /// The image of a name, which is added if it is new.
    ///
    /// - Parameter place: where the name was read, for messages.
    /// - Returns: `nil` for an image of another split, and for one without a file.
    /// - Throws: ``DatasetError`` as ``ImageFinder/file(_:place:)`` does.
    mutating func find(_ name: String, place: String) throws -> Place? {
        if split?.takes(name) == false { return nil }
        guard let file = try finder.file(name, place: place), let identity = FileIdentity(file)
        else {
            if missingNames.isEmpty { firstMissing = "\(name) (\(place))" }
            missingNames.insert(name)
            return nil
        }
        if let index = indices[identity] { return Place(index: index, isNew: false) }
        indices[identity] = images.count
        let path = PathText.relative(file, to: folder)
        images.append(LabelledImage(path: path, file: file, place: place))
        return Place(index: images.count - 1, isNew: true)
    }

    /// The image of a name that may be there once only.
    ///
    /// - Returns: `nil` as ``find(_:place:)``, and for an image that is left out because it is
    ///   there again.
    /// - Throws: ``DatasetError`` for an image that is there again, unless such are left out.
    mutating func findOnce(_ name: String, place: String) throws -> Int? {
        guard let found = try find(name, place: place) else { return nil }
        if found.isNew { return found.index }
        let first = images[found.index]
        guard request.skipsRepeats else {
            throw DatasetError(
                place, "an image that is there twice: \(first.file), also \(first.place)")
        }
        omitted.add("images that are there again are taken once", place)
        return nil
    }

    /// Changes an image.
    mutating func update(_ index: Int, _ change: (inout LabelledImage) throws -> Void) rethrows {
        try change(&images[index])
    }

    /// The size of an image's file.
    func size(_ index: Int) throws -> Example.Size {
        let size = try ImageHeader.size(images[index].file)
        return Example.Size(height: size.height, width: size.width)
    }

    /// The images with one label per class.
    ///
    /// - Parameters:
    ///   - groups: what the user can do where images have no group.
    /// - Throws: ``DatasetError`` where images are missing, and where no image is left.
    mutating func formatted(
        classes: [String], groups: String, maskFile: FormattedImages.MaskFile? = nil
    ) throws -> FormattedImages {
        try reportMissing()
        split?.report(&omitted)
        try joins.apply(to: &images, &omitted)
        let notes = omitted.omissions
        guard !images.isEmpty else {
            let reasons = notes.map { "; \($0.note)" }.joined()
            throw DatasetError(request.name, "no image is left\(reasons)")
        }
        let ids = ImageKeys.unique(images.map(\.path))
        let examples = zip(ids, images).map { id, image in
            Example(
                id: id, file: image.file,
                labels: classes.map { image.labels[$0]?.value ?? 0 },
                weights: classes.map { image.labels[$0]?.weight ?? 1 }, group: image.group,
                annotations: image.annotations)
        }
        let groupless = images.first { $0.group == nil }
        return FormattedImages(
            ExampleList(classes: classes, examples: examples), omissions: notes,
            maskFile: maskFile,
            groupProblem: groupless.map {
                "\($0.place) has none (\(groups)); data.evaluate may name other images"
            })
    }

    private mutating func reportMissing() throws {
        let count = missingNames.count
        guard count > 0 else { return }
        let folder = folder.isEmpty ? "the working directory" : folder
        switch missing {
        case .omit: omitted.add("images without a file", firstMissing, count: count)
        case .refuse:
            throw DatasetError(
                request.name,
                "no file in \(folder) for \(count) of "
                    + "\(count + images.count) images, such as \(firstMissing); "
                    + "options.missing: omit leaves them out")
        }
    }
}
