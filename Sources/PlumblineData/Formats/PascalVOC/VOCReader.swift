/// Reads a folder of XML files in the format of Pascal VOC.
struct VOCReader {
    static let options = [
        FormatOption("objects", "The region of a class: its own objects (class), or all."),
        FormatOption("difficult", "What difficult objects are: omit (no label, counted) or use."),
        FormatOption("first_pixel", "The coordinate of the first pixel: 1 (the default) or 0."),
        ClassNames.option, SplitList.option, MissingImages.option,
    ]

    private enum Objects: String, CaseIterable {
        case `class`
        case all
    }

    private enum Difficult: String, CaseIterable {
        case omit
        case use
    }

    /// Whether boxes are scaled where the file has another size than the image.
    private let scalesBoxes: Bool
    private let objects: Objects
    private let difficult: Difficult
    private let firstPixel: Int
    private let names: ClassNames
    private var split: SplitList?
    private var list: ImageList
    private var classes: Set<String> = []

    static func read(_ request: FormatRequest, scalesBoxes: Bool) throws -> FormattedImages {
        try request.refuse(request.masks, "masks", "regions are part of the labels")
        let labels = try request.requireFolder(request.labels, "labels", "a folder of XML files")
        var reader = try VOCReader(request, labels, scalesBoxes: scalesBoxes)
        let files = try ImageFolder.files(below: labels, extensions: ["xml"])
        guard !files.isEmpty else { throw DatasetError(labels, "there is no XML file") }
        for file in files { try reader.add(file, folder: labels) }
        reader.split?.report(&reader.list.omitted)
        return try reader.list.formatted(
            classes: reader.classes.sorted(), groups: "Pascal VOC's format has no groups")
    }

    private init(_ request: FormatRequest, _ labels: String, scalesBoxes: Bool) throws {
        self.scalesBoxes = scalesBoxes
        objects = try request.choice("objects", .class)
        difficult = try request.choice("difficult", .omit)
        firstPixel = try request.whole("first_pixel", in: 0...1) ?? 1
        names = try ClassNames(request)
        split = try SplitList(request) { name in
            if FileIdentity(name)?.isFile == true { return name }
            let sets = PathText.joined(PathText.folder(of: labels), "ImageSets/Main")
            let path = PathText.joined(sets, "\(name).txt")
            return FileIdentity(path)?.isFile == true ? path : name
        }
        let folder = try request.requireFolder(request.images, "images", "a folder of images")
        list = try ImageList(request, folder: folder)
    }

    private mutating func add(_ file: String, folder: String) throws {
        let name = PathText.withoutExtension(ImageFinder.relative(file, to: folder))
        if split?.takes(name) == false { return }
        let annotation = try VOCAnnotation(file, firstPixel: firstPixel)
        guard let index = try list.findOnce(name, place: file) else { return }
        let scale = try scale(annotation, index)
        for object in annotation.objects {
            let className = try names.name(of: object.name)
            classes.insert(className)
            guard !object.isDifficult || difficult == .use else {
                list.omitted.add("difficult objects are left out", object.place)
                list.update(index) { $0.ignore(className) }
                continue
            }
            list.update(index) { $0.show(className) }
            try add(object, className, index, scale)
        }
        if objects == .all { shareRegions(index) }
    }

    /// The size of the image, and what boxes are multiplied by.
    private struct Scale {
        var size: Example.Size
        var x = 1.0
        var y = 1.0
    }

    private mutating func scale(_ annotation: VOCAnnotation, _ index: Int) throws -> Scale {
        let size = try list.size(index)
        guard let claimed = annotation.size else {
            list.omitted.add("files without a size; the image's own is taken", annotation.path)
            return Scale(size: size)
        }
        if claimed == size { return Scale(size: size) }
        let sizes =
            "\(claimed.height) x \(claimed.width) for an image of \(size.height) x \(size.width)"
        guard scalesBoxes else {
            throw DatasetError(
                annotation.path, "the size \(sizes) (\(list.images[index].file))")
        }
        list.omitted.add("boxes of another size are scaled to the image", annotation.path)
        return Scale(
            size: size, x: Double(size.width) / Double(claimed.width),
            y: Double(size.height) / Double(claimed.height))
    }

    private mutating func add(
        _ object: VOCAnnotation.Object, _ className: String, _ index: Int, _ scale: Scale
    ) throws {
        let boxes = [(part: String?.none, box: object.box)] + object.parts.map { ($0.name, $0.box) }
        for (part, box) in boxes {
            let box = box.scaled(x: scale.x, y: scale.y)
            let region = try box.region(scale.size, place: object.place, &list.omitted)
            guard let region else { continue }
            list.update(index) {
                $0.annotations.append(
                    Annotation(className: className, part: part, region: region))
            }
        }
    }

    /// Gives each class of an image the regions of all its objects.
    private mutating func shareRegions(_ index: Int) {
        list.update(index) { image in
            let own = image.annotations
            for className in image.positives {
                image.annotations += own.filter { $0.className != className && $0.part == nil }
                    .map { Annotation(className: className, region: $0.region) }
            }
        }
    }
}
