/// The format `siim`: run-length codes of the SIIM-ACR Pneumothorax Challenge.
///
/// `labels` is `train-rle.csv` or `stage_2_train.csv`: an image and a code per row, a row per
/// region. The header is `ImageId, EncodedPixels`, with a space. An image without pneumothorax has
/// the code ` -1`.
///
/// A code has pairs of numbers: pixels to pass over since the end of the last run, and the length
/// of the run. It goes down the columns of an image of 1024 x 1024 (option `size`). `images` has
/// the images as PNG or JPEG, named by `ImageId`; DICOM files are converted before.
///
/// Source: `mask_functions.py` of the challenge's data.
struct SIIMPneumothorax: BuiltInFormat {
    static let description = FormatDescription(
        "siim", summary: "Run-length codes of the SIIM-ACR Pneumothorax Challenge (CSV).",
        options: [
            FormatOption("class", "The name of the class (Pneumothorax)."),
            FormatOption("size", "The side in pixels of the images that the codes are for (1024)."),
            SplitList.option, SplitColumn.option, MissingImages.option,
        ])

    private let className: String
    private let side: Int
    private var list: ImageList
    private var rows: Set<[String]> = []

    static func read(_ request: FormatRequest) throws -> FormattedImages {
        try request.refuse(request.masks, "masks", "codes are part of the labels")
        let path = try request.require(request.labels, "labels", "train-rle.csv")
        var format = try SIIMPneumothorax(request)
        let file = try CSVFile(path)
        let image = try file.column("ImageId")
        let code = try file.column("EncodedPixels")
        let split = try SplitColumn(request, file.header)
        try file.forEachRow { cells, place in
            guard split?.takes(cells, place, &format.list.omitted) != false else { return }
            try format.add(cells[image], cells[code], place)
        }
        return try format.list.formatted(
            classes: [format.className], groups: "the challenge has no patients")
    }

    private init(_ request: FormatRequest) throws {
        className = request.option("class") ?? "Pneumothorax"
        side = try request.whole("size", in: 1...16384) ?? 1024
        let folder = try request.requireFolder(request.images, "images", "a folder of images")
        list = try ImageList(request, folder: folder, split: try SplitList(request))
    }

    private mutating func add(_ name: String, _ code: String, _ place: String) throws {
        let name = name.trimmedSpaces
        let code = code.trimmedSpaces
        guard rows.insert([name, code]).inserted else {
            list.omitted.add("rows that are there twice are taken once", place)
            return
        }
        guard let found = try list.find(name, place: place) else { return }
        let image = list.images[found.index]
        if !found.isNew, (code == "-1") != image.positives.isEmpty {
            throw DatasetError(place, "the code \(code.prefix(20)); \(image.place) says otherwise")
        }
        if code == "-1" { return }
        let region = try region(try RadiographTable.pairs(code, place), place)
        let size = try list.size(found.index)
        guard (size.height, size.width) == (side, side) else {
            throw DatasetError(
                place,
                "a code for \(side) x \(side) (options.size), and the image has \(size.height) x "
                    + "\(size.width)")
        }
        list.update(found.index) {
            $0.show(className)
            $0.annotations.append(Annotation(className: className, region: region))
        }
    }

    /// The region of a code, whose runs are COCO's.
    private func region(_ pairs: [(start: Int, length: Int)], _ place: String) throws -> Region {
        guard !pairs.isEmpty else { throw DatasetError(place, "an empty code; -1 is no region") }
        var rest = side * side
        var runs: [Int] = []
        for (start, length) in pairs {
            guard start >= 0, length >= 0, start <= rest, length <= rest - start else {
                throw DatasetError(
                    place, "a run of \(start) and \(length) leaves the \(side) x \(side) pixels")
            }
            rest -= start + length
            runs += [start, length]
        }
        return try Region(runs: runs + [rest], height: side, width: side, name: place)
    }
}
