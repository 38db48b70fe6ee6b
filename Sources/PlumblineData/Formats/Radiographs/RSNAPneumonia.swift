/// The format `rsna`: boxes of the RSNA Pneumonia Detection Challenge.
///
/// `labels` is `stage_2_train_labels.csv`: `patientId,x,y,width,height,Target`, a row per box. An
/// image without pneumonia has Target 0 and no box. `images` has the images as PNG or JPEG, named
/// by `patientId`; DICOM files are converted before. The group is the patient.
///
/// Source: Shih et al., Radiology: Artificial Intelligence 1(1), 2019.
struct RSNAPneumonia: BuiltInFormat {
    static let description = FormatDescription(
        "rsna", summary: "Boxes of the RSNA Pneumonia Detection Challenge (CSV).",
        options: [
            FormatOption("class", "The name of the class (Pneumonia)."),
            RadiographTable.sizeOption, SplitList.option, SplitColumn.option, MissingImages.option,
        ])

    private let className: String
    private let side: Int?
    private var list: ImageList
    private var rows: Set<[String]> = []

    static func read(_ request: FormatRequest) throws -> FormattedImages {
        try request.refuse(request.masks, "masks", "boxes are part of the labels")
        let path = try request.require(request.labels, "labels", "stage_2_train_labels.csv")
        var format = try RSNAPneumonia(request)
        let file = try CSVFile(path)
        let image = try file.column("patientId")
        let target = try file.column("Target")
        let sides = try ["x", "y", "width", "height"].map(file.column)
        let split = try SplitColumn(request, file.header)
        try file.forEachRow { cells, place in
            guard split?.takes(cells, place, &format.list.omitted) != false else { return }
            try format.add(cells[image], cells[target], sides.map { cells[$0] }, place)
        }
        return try format.list.formatted(classes: [format.className], groups: "patientId says them")
    }

    private init(_ request: FormatRequest) throws {
        className = request.option("class") ?? "Pneumonia"
        side = try request.whole(RadiographTable.sizeOption.name, in: 1...(1 << 16))
        let folder = try request.requireFolder(request.images, "images", "a folder of images")
        list = try ImageList(request, folder: folder, split: try SplitList(request))
    }

    private mutating func add(
        _ name: String, _ target: String, _ sides: [String], _ place: String
    ) throws {
        guard rows.insert([name, target] + sides).inserted else {
            list.omitted.add("rows that are there twice are taken once", place)
            return
        }
        guard let label = LabelCell.label(target), label >= 0 else {
            throw DatasetError(place, "Target: \(target) is not 1 or 0")
        }
        let name = name.trimmedSpaces
        guard let found = try list.find(name, place: place) else { return }
        let image = list.images[found.index]
        if !found.isNew, (label == 1) == image.positives.isEmpty {
            throw DatasetError(place, "Target \(target); \(image.place) says otherwise")
        }
        list.update(found.index) {
            $0.group = name
            if label == 1 { $0.show(className) }
        }
        guard label == 1 else {
            guard sides.allSatisfy(LabelCell.isMissing) else {
                throw DatasetError(place, "a box with Target 0")
            }
            return
        }
        let numbers = try zip(sides, ["x", "y", "width", "height"]).map {
            try RadiographTable.number($0, $1, place)
        }
        let size = try list.size(found.index)
        let box = RadiographTable.scaled(
            PixelBox(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3]),
            from: side, to: size)
        guard let region = try box.region(size, place: place, &list.omitted) else { return }
        list.update(found.index) {
            $0.annotations.append(Annotation(className: className, region: region))
        }
    }
}
