/// The format `nih_boxes`: ChestX-ray8 and ChestX-ray14 (NIH), with boxes.
///
/// `labels` is `Data_Entry_2017.csv`, whose column `Finding Labels` has findings separated by `|`,
/// and `masks` is `BBox_List_2017.csv`. The list of boxes may also be the only file, as `labels`:
/// its images show the findings of their boxes, and no others are read. Its header
/// `Bbox [x,y,w,h]` has commas and so falls into four cells. It says "Infiltrate" where the labels
/// say "Infiltration": the latter is the class.
///
/// Images are looked for in all folders below `images`, because they come in twelve archives. The
/// group is the patient: `Patient ID`, or the part of the name before `_`.
///
/// Source: Wang et al., arXiv 1705.02315.
struct NIHBoxes: BuiltInFormat {
    static let description = FormatDescription(
        "nih_boxes", summary: "ChestX-ray14 with the boxes of BBox_List_2017.csv (NIH).",
        options: [
            RadiographTable.sizeOption, SplitList.option, SplitColumn.option, MissingImages.option,
        ])

    private let side: Int?
    private var list: ImageList
    private var classes: Set<String> = []
    private var rows: Set<[String]> = []

    static func read(_ request: FormatRequest) throws -> FormattedImages {
        let path = try request.require(
            request.labels, "labels", "Data_Entry_2017.csv or BBox_List_2017.csv")
        var format = try NIHBoxes(request)
        let labels = try CSVFile(path)
        var maskFile: FormattedImages.MaskFile?
        if labels.header.contains("Finding Labels") {
            try format.addLabels(labels)
            if !request.masks.isEmpty {
                maskFile = try format.addBoxes(try CSVFile(request.masks), isOnlyFile: false)
            }
        } else {
            try request.refuse(request.masks, "masks", "\(path) is a list of boxes already")
            _ = try format.addBoxes(labels, isOnlyFile: true)
        }
        return try format.list.formatted(
            classes: format.classes.sorted(), groups: "Patient ID says them", maskFile: maskFile)
    }

    private init(_ request: FormatRequest) throws {
        side = try request.whole(RadiographTable.sizeOption.name, in: 1...(1 << 16))
        let folder = try request.requireFolder(request.images, "images", "a folder of images")
        list = try ImageList(request, folder: folder, split: try SplitList(request))
    }

    private mutating func addLabels(_ file: CSVFile) throws {
        let image = try file.column("Image Index")
        let findings = try file.column("Finding Labels")
        let groupColumn = list.request.groupColumn
        let group =
            groupColumn.isEmpty
            ? try file.header.optional("Patient ID") : try file.column(groupColumn)
        let split = try SplitColumn(list.request, file.header)
        try file.forEachRow { cells, place in
            guard split?.takes(cells, place, &list.omitted) != false else { return }
            let names = cells[findings].split(separator: "|").map { String($0).trimmedSpaces }
            classes.formUnion(names)
            let name = cells[image].trimmedSpaces
            guard let index = try list.findOnce(name, place: place) else { return }
            list.update(index) { image in
                names.forEach { image.show($0) }
                image.group = group.flatMap { LabelCell.group(cells[$0]) } ?? Self.patient(name)
            }
        }
    }

    /// The part of a name before `_`, such as 00013118 of 00013118_008.png.
    private static func patient(_ name: String) -> String? {
        let parts = name.split(separator: "_")
        return parts.count > 1 ? String(parts[0]) : nil
    }

    /// - Parameter isOnlyFile: whether the list is the only file, and names the images.
    /// - Returns: which images have boxes.
    private mutating func addBoxes(
        _ file: CSVFile, isOnlyFile: Bool
    ) throws -> FormattedImages.MaskFile {
        let image = try file.column("Image Index")
        let finding = try file.column("Finding Label")
        let first = try Self.firstSide(file)
        var names: Set<String> = []
        var strangers: Set<String> = []
        let known = ImageNames(list.images)
        let split = isOnlyFile ? try SplitColumn(list.request, file.header) : nil
        try file.forEachRow { cells, place in
            guard split?.takes(cells, place, &list.omitted) != false else { return }
            guard rows.insert(cells).inserted else {
                list.omitted.add("rows that are there twice are taken once", place)
                return
            }
            let name = cells[image].trimmedSpaces
            names.insert(name)
            let text = cells[finding].trimmedSpaces
            let className = text == "Infiltrate" ? "Infiltration" : text
            let found = isOnlyFile ? try list.find(name, place: place)?.index : known[name]
            guard let index = found else {
                strangers.insert(name)
                return
            }
            try add(Array(cells[first..<first + 4]), className, index, isOnlyFile, place)
        }
        return FormattedImages.MaskFile(
            path: file.path, images: names.sorted(), strangers: strangers.sorted())
    }

    private mutating func add(
        _ cells: [String], _ className: String, _ index: Int, _ isOnlyFile: Bool, _ place: String
    ) throws {
        if isOnlyFile {
            classes.insert(className)
            list.update(index) {
                $0.show(className)
                $0.group = Self.patient(PathText.parts($0.path).last ?? "")
            }
        } else if !list.images[index].positives.contains(className) {
            list.omitted.add("boxes of a finding that the labels do not name are left out", place)
            return
        }
        let sides = try zip(cells, ["x", "y", "w", "h"]).map {
            try RadiographTable.number($0, $1, place)
        }
        let size = try list.size(index)
        let box = RadiographTable.scaled(
            PixelBox(x: sides[0], y: sides[1], width: sides[2], height: sides[3]), from: side,
            to: size)
        guard let region = try box.region(size, place: place, &list.omitted) else { return }
        list.update(index) {
            $0.annotations.append(Annotation(className: className, region: region))
        }
    }

    /// The column of x: the cells of `Bbox [x,y,w,h]`.
    private static func firstSide(_ file: CSVFile) throws -> Int {
        let names = file.header.names.map { name in
            name.lowercased().filter { "xywh".contains($0) && !"[]".contains($0) }
        }
        for index in names.indices.dropLast(3)
        where names[index].hasSuffix("x") && names[(index + 1)...].prefix(3) == ["y", "w", "h"] {
            return index
        }
        throw DatasetError(
            file.path,
            "no columns Bbox [x,y,w,h]; there are \(file.header.names.joined(separator: ", "))")
    }
}
