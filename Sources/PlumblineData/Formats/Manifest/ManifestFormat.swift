/// The format `manifest`: one CSV file that lists images, labels and regions.
///
///     image,label,mask,box,part,group,split
///     a.jpg,cat,masks/a.png,,,litter 1,train
///     a.jpg,cat,,10 20 30 40,head,litter 1,train
///     b.jpg,dog,,,,,test
///
/// `image` is wanted, the other columns are not. A row says: this image shows these classes, here.
/// Rows of one image are united.
///
/// Labels are in the column `label`, several of them separated by `;` or `|`; or there is one
/// column per class, with 1, 0, -1 (uncertain) or nothing. A region belongs to the classes that its
/// row names. `mask` is an image file: pixels that are not black belong to the region. Its path is
/// relative to `masks`, or to the folder of the manifest. `box` is four numbers, `x y width height`
/// or `left top right bottom` (option `box`), in pixels from the left upper corner. `part` is the
/// name of the part that the region shows.
struct ManifestFormat: BuiltInFormat {
    static let description = FormatDescription(
        "manifest", summary: "A CSV file of images with labels, masks, boxes, parts and groups.",
        options: [
            FormatOption("split", "The rows to read, by their column split, or split_column."),
            FormatOption(SplitColumn.option.name, "The column of splits (split)."),
            FormatOption("box", "The numbers of a box: xywh (x, y, width, height) or corners."),
            FormatOption(
                "threshold", "Pixels of a mask above it, from 0 to 254, belong to the region."),
            PartJoins.option, MissingImages.option,
        ])

    private enum BoxForm: String, CaseIterable {
        case xywh
        case corners
    }

    private let request: FormatRequest
    private let columns: ManifestColumns
    private let boxForm: BoxForm
    private let threshold: Int?
    private let maskFolder: String
    private var list: ImageList
    private var classes: Set<String> = []

    static func read(_ request: FormatRequest) throws -> FormattedImages {
        let path = try request.require(request.labels, "labels", "a manifest (CSV)")
        let file = try CSVFile(path)
        var format = try ManifestFormat(request, file)
        try file.forEachRow { try format.add($0, $1) }
        return try format.formatted(file)
    }

    private init(_ request: FormatRequest, _ file: CSVFile) throws {
        self.request = request
        columns = try ManifestColumns(file.header, request)
        boxForm = try request.choice("box", .xywh)
        threshold = try request.whole("threshold", in: 0...254)
        let own = PathText.folder(of: file.path)
        maskFolder = request.masks.isEmpty ? own : request.masks
        list = try ImageList(request, folder: request.images.isEmpty ? own : request.images)
    }

    private mutating func add(_ cells: [String], _ place: String) throws {
        if let split = columns.split, let wanted = request.option("split"),
            cells[split].trimmedSpaces != wanted
        {
            list.omitted.add("rows of other splits than \(wanted) are left out", place)
            return
        }
        let labels = try columns.labels(cells, place)
        classes.formUnion(labels.keys)
        let name = cells[columns.image].trimmedSpaces
        guard let index = try list.find(name, place: place)?.index else { return }
        try addGroup(cells, index, place)
        list.update(index) { image in
            for (className, label) in labels { Self.unite(className, label, request, &image) }
        }
        let shown = labels.filter { $0.value == 1 }.keys.sorted()
        guard let region = try region(cells, index, place) else { return }
        guard !shown.isEmpty else {
            throw DatasetError(place, "a region, but no class that it belongs to")
        }
        let part = columns.part.map { cells[$0].trimmedSpaces }.flatMap { $0.isEmpty ? nil : $0 }
        list.update(index) { image in
            image.annotations += shown.map {
                Annotation(className: $0, part: part, region: region)
            }
        }
    }

    /// A class that one row shows is shown; one that a row calls uncertain is uncertain otherwise.
    private static func unite(
        _ className: String, _ label: Float?, _ request: FormatRequest,
        _ image: inout LabelledImage
    ) {
        if let old = image.labels[className], old == (1, 1) { return }
        if label == 0 || label == nil, image.labels[className] != nil { return }
        image.labels[className] = request.uncertainty.resolve(label)
    }

    private mutating func addGroup(_ cells: [String], _ index: Int, _ place: String) throws {
        guard let column = columns.group, let group = LabelCell.group(cells[column]) else { return }
        if let other = list.images[index].group, other != group {
            throw DatasetError(
                place, "the group \(group); \(list.images[index].place) says \(other)")
        }
        list.update(index) { $0.group = group }
    }

    private mutating func region(
        _ cells: [String], _ index: Int, _ place: String
    ) throws -> Region? {
        func cell(_ column: Int?) -> String? {
            column.map { cells[$0].trimmedSpaces }.flatMap { $0.isEmpty ? nil : $0 }
        }
        let mask = cell(columns.mask)
        let box = cell(columns.box)
        guard mask == nil || box == nil else {
            throw DatasetError(place, "a mask and a box; a row has one of them")
        }
        if let mask { return try maskRegion(mask, place) }
        guard let box else { return nil }
        let numbers = box.split { " ,;\t".contains($0) }.map { Double($0) }
        guard numbers.count == 4, let first = numbers[0], let second = numbers[1],
            let third = numbers[2], let fourth = numbers[3]
        else { throw DatasetError(place, "\(box) is no box; four numbers are wanted") }
        let corners = boxForm == .corners
        let sides = PixelBox(
            x: first, y: second, width: corners ? third - first : third,
            height: corners ? fourth - second : fourth)
        return try sides.region(try list.size(index), place: place, &list.omitted)
    }

    private func maskRegion(_ name: String, _ place: String) throws -> Region {
        guard !name.utf8.contains(0), let parts = PathText.resolved(name), !parts.isEmpty else {
            throw DatasetError(place, "\(name) is no path of a mask below \(maskFolder)")
        }
        let path =
            PathText.isAbsolute(name)
            ? name : PathText.joined(maskFolder, parts.joined(separator: "/"))
        do { return try Region(maskFile: path, threshold: threshold) } catch {
            throw DatasetError(place, "\(error)")
        }
    }

    private mutating func formatted(_ file: CSVFile) throws -> FormattedImages {
        if request.option("split") == nil, let split = columns.split {
            let splits = Set(file.rows.map { $0[split].trimmedSpaces }).sorted()
            if splits.count > 1 {
                list.omitted.add("options.split is not given, and all splits are read", splits[0])
            }
        }
        let names = columns.classes.isEmpty ? classes.sorted() : columns.classes.map(\.name)
        return try list.formatted(
            classes: names,
            groups: columns.group == nil
                ? "a column group, or data.group with the name of one, says them"
                : "its cell of the group is empty")
    }
}
