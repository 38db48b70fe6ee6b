/// Reads a folder of XML files in the format of Pascal VOC.
struct VOCReader {
    static let options = [
        FormatOption("objects", "The region of a class: its own objects (class), or all."),
        FormatOption("difficult", "What difficult objects are: omit (no label, counted) or use."),
        FormatOption("first_pixel", "The coordinate of the first pixel: 1 (the default) or 0."),
        ClassNames.option, SplitList.option(withoutColumnsIn: "XML"),
        PartJoins.option, MissingImages.option,
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
    private let segmentations: VOCSegmentationFolder?
    private var split: SplitList?
    private var list: ImageList
    private var classes: Set<String> = []

    static func read(_ request: FormatRequest, scalesBoxes: Bool) throws -> FormattedImages {
        if ["", VOCSegmentationFolder.Meaning.boxes.rawValue].contains(
            request.option("segmentation") ?? "")
        {
            try request.refuse(request.masks, "masks", "regions are part of the labels")
        }
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
        let segmentations = try VOCSegmentationFolder(request, labels: labels)
        self.segmentations = segmentations
        split = try SplitList(request) { name in
            if FileIdentity(name)?.isFile == true { return name }
            let sets = PathText.joined(PathText.folder(of: labels), "ImageSets")
            let paths = (segmentations == nil ? ["Main"] : ["Segmentation", "Main"]).map {
                PathText.joined(sets, "\($0)/\(name).txt")
            }
            return paths.first { FileIdentity($0)?.isFile == true } ?? name
        }
        let folder = try request.requireFolder(request.images, "images", "a folder of images")
        list = try ImageList(request, folder: folder)
    }

    private mutating func add(_ file: String, folder: String) throws {
        let name = PathText.withoutExtension(PathText.relative(file, to: folder))
        if split?.takes(name) == false { return }
        let annotation = try VOCAnnotation(file, firstPixel: firstPixel)
        guard let index = try list.findOnce(name, place: file) else { return }
        let scale = try scale(annotation, index)
        var shown: [(number: Int, className: String)] = []
        for (number, object) in annotation.objects.enumerated() {
            let className = try names.name(of: object.name)
            classes.insert(className)
            guard !object.isDifficult || difficult == .use else {
                list.omitted.add("difficult objects are left out", object.place)
                list.update(index) { $0.ignore(className) }
                continue
            }
            list.update(index) { $0.show(className) }
            shown.append((number, className))
            try addBoxes(object, className, index, scale)
        }
        if let segmentations {
            try addSegmentation(segmentations, name, annotation, shown, index, scale.size)
        }
        if objects == .all { shareRegions(index) }
    }

    /// Adds the regions of the objects that an image shows.
    ///
    /// The objects of a class share one region where indices are classes.
    private mutating func addSegmentation(
        _ segmentations: VOCSegmentationFolder, _ name: String, _ annotation: VOCAnnotation,
        _ shown: [(number: Int, className: String)], _ index: Int, _ size: Example.Size
    ) throws {
        guard let segmentation = try segmentations.segmentation(name, size: size) else {
            list.omitted.add("images without a segmentation have no regions", annotation.path)
            return
        }
        let objects = annotation.objects
        let segments = try objects.indices.map {
            try segmentations.index(of: objects[$0], number: $0)
        }
        var added: Set<Int> = []
        for (number, className) in shown where added.insert(segments[number]).inserted {
            guard let region = segmentation.region(segments[number]) else {
                list.omitted.add(
                    "objects without a pixel in their segmentation", objects[number].place)
                continue
            }
            list.update(index) {
                $0.annotations.append(Annotation(className: className, region: region))
            }
        }
        for stranger in segmentation.indices where !segments.contains(stranger) {
            list.omitted.add(
                "indices of segmentations that belong to no object are left out",
                "\(stranger) in \(segmentation.path)")
        }
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

    /// Adds the boxes of an object and its parts; those of the parts only, where regions of
    /// objects are masks.
    private mutating func addBoxes(
        _ object: VOCAnnotation.Object, _ className: String, _ index: Int, _ scale: Scale
    ) throws {
        let parts = object.parts.map { (part: String?.some($0.name), box: $0.box) }
        let boxes = segmentations == nil ? [(part: nil, box: object.box)] + parts : parts
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
