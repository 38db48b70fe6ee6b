/// The format `part_imagenet`: parts of objects, as PartImageNet has them.
///
/// The file has COCO's form. A category is a part, such as "Quadruped Head", and its supercategory
/// is the kind of object. Regions of parts keep the category's name as ``Annotation/part``; all
/// parts of an image together are the region of the object.
///
/// A class is a supercategory, or with the option `classes: synset` what stands before `_` in the
/// name of the image (`n01443537_10034.JPEG`). A part may have several polygons or annotations;
/// such parts are counted. Polygons of fewer than three corners are left out, and a label
/// "background" is no part; both are counted.
///
/// Source: He et al., arXiv 2112.00933; github.com/TACJu/PartImageNet.
struct PartImageNetFormat: BuiltInFormat {
    static let description = FormatDescription(
        "part_imagenet", summary: "Parts of objects in ImageNet, in COCO's form (PartImageNet).",
        options: [
            FormatOption("classes", "What the classes are: supercategory or synset."),
            ClassNames.option, SplitList.option(withoutColumnsIn: "JSON"),
            PartJoins.option, MissingImages.option,
        ])

    private enum Classes: String, CaseIterable {
        case supercategory
        case synset
    }

    private let classes: Classes
    private let names: ClassNames
    private let categories: [Int: COCOFile.Category]
    private var images: COCOImages
    private var regions = COCORegions()
    /// Parts that were seen, by image and category.
    private var seen: Set<[Int]> = []

    static func read(_ request: FormatRequest) throws -> FormattedImages {
        try request.refuse(request.masks, "masks", "regions are part of the labels")
        let path = try request.require(request.labels, "labels", "a JSON file of parts")
        let file = try COCOFile(path)
        var format = try PartImageNetFormat(file, request)
        if format.classes == .synset { try format.labelBySynset() }
        for annotation in file.annotations { try format.add(annotation) }
        format.images.list.omitted.add(format.regions.omitted)
        let shown = Set(format.images.list.images.flatMap(\.positives))
        return try format.images.list.formatted(
            classes: shown.sorted(), groups: "PartImageNet has no groups")
    }

    private init(_ file: COCOFile, _ request: FormatRequest) throws {
        classes = try request.choice("classes", .supercategory)
        names = try ClassNames(request)
        try COCOFormat.requireDistinct(file.categories.map(\.name), file.path)
        categories = Dictionary(uniqueKeysWithValues: file.categories.map { ($0.id, $0) })
        images = try COCOImages(file, request)
        regions.hasBoxFallback = false
    }

    private mutating func labelBySynset() throws {
        for index in images.list.images.indices {
            let name = try synset(images.list.images[index])
            images.list.update(index) { $0.show(name) }
        }
    }

    private func synset(_ image: LabelledImage) throws -> String {
        let name = PathText.parts(image.path).last ?? ""
        let synset = name.prefix { $0 != "_" }
        let digits = synset.utf8.dropFirst()
        guard synset.first == "n", digits.count == 8, digits.allSatisfy({ (48...57).contains($0) })
        else {
            throw DatasetError(
                image.place, "\(name) does not begin with a synset, such as n01443537_")
        }
        return try names.name(of: String(synset))
    }

    private mutating func add(_ annotation: COCOFile.Annotation) throws {
        guard let category = categories[annotation.category] else {
            throw DatasetError(
                annotation.place, "no category has the id \(annotation.category)")
        }
        guard let image = try images.image(of: annotation) else { return }
        guard category.name.lowercased() != "background" else {
            regions.omitted.add("regions of the background are no parts", annotation.place)
            return
        }
        let className =
            classes == .synset ? try synset(images.list.images[image.index]) : kind(category)
        images.list.update(image.index) { $0.show(className) }
        guard let region = try regions.region(of: annotation, size: image.size) else { return }
        countPieces(annotation, image.index)
        images.list.update(image.index) {
            $0.annotations.append(Annotation(className: className, region: region))
            $0.annotations.append(
                Annotation(className: className, part: category.name, region: region))
        }
    }

    /// The supercategory, or the first word of the category's name where it has none.
    private func kind(_ category: COCOFile.Category) -> String {
        if let name = category.supercategory, !name.isEmpty { return name }
        return String(category.name.prefix { $0 != " " })
    }

    private mutating func countPieces(_ annotation: COCOFile.Annotation, _ image: Int) {
        var isSeveral = !seen.insert([image, annotation.category]).inserted
        if case .polygons(let polygons) = annotation.shape {
            isSeveral = isSeveral || polygons.filter { $0.count > 2 }.count > 1
        }
        if isSeveral { regions.omitted.add("parts in several pieces", annotation.place) }
    }
}
