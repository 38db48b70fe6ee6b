/// The format `pascal_part`: masks of objects and their parts, one MATLAB file per image.
///
///     Annotations_Part/2008_000003.mat
///     JPEGImages/2008_000003.jpg
///
/// A file has a struct `anno` with `imname` and `objects`. An object has `class`, `mask` and
/// `parts`; a part has `part_name` and `mask`. Masks have the size of the image. `labels` is the
/// folder of these files and `images` that of the images. An image shows the classes of its
/// objects. Regions of objects have no part name; parts of one name are united.
///
/// The option `split` is a text file of names, such as Pascal VOC's `ImageSets/Main/val.txt`.
///
/// Source: Chen et al., "Detect What You Can", CVPR 2014; roozbehm.info/pascal-parts.
struct PascalPartFormat: BuiltInFormat {
    static let description = FormatDescription(
        "pascal_part", summary: "Masks of objects and parts in MATLAB files (PASCAL-Part).",
        options: [ClassNames.option, SplitList.option, MissingImages.option])

    private let names: ClassNames
    private var split: SplitList?
    private var list: ImageList
    private var classes: Set<String> = []

    static func read(_ request: FormatRequest) throws -> FormattedImages {
        try request.refuse(request.masks, "masks", "regions are part of the labels")
        let labels = try request.requireFolder(request.labels, "labels", "a folder of .mat files")
        var format = try PascalPartFormat(request)
        let files = try ImageFolder.files(below: labels, extensions: ["mat"])
        guard !files.isEmpty else { throw DatasetError(labels, "there is no .mat file") }
        for file in files { try format.add(file, folder: labels) }
        format.split?.report(&format.list.omitted)
        return try format.list.formatted(
            classes: format.classes.sorted(), groups: "PASCAL-Part has no groups")
    }

    private init(_ request: FormatRequest) throws {
        names = try ClassNames(request)
        split = try SplitList(request)
        let folder = try request.requireFolder(request.images, "images", "a folder of images")
        list = try ImageList(request, folder: folder)
    }

    private mutating func add(_ file: String, folder: String) throws {
        let name = PathText.withoutExtension(ImageFinder.relative(file, to: folder))
        if split?.takes(name) == false { return }
        guard let index = try list.findOnce(name, place: file) else { return }
        let size = try list.size(index)
        for object in try PascalPartFile(file, size: size).objects {
            let className = try names.name(of: object.className)
            classes.insert(className)
            list.update(index) { $0.show(className) }
            for (part, region) in [(String?.none, object.region)] + object.parts {
                guard let region else {
                    let kind = part == nil ? "objects" : "parts"
                    list.omitted.add("\(kind) without a pixel are left out", file)
                    continue
                }
                list.update(index) {
                    $0.annotations.append(
                        Annotation(className: className, part: part, region: region))
                }
            }
        }
    }
}
