/// The format `chexmask`: lungs and heart of radiographs, as CheXmask has them.
///
/// `masks` is a CSV file of CheXmask, unpacked: a column that names the image, `Left Lung`,
/// `Right Lung` and `Heart` with run-length codes, `Height` and `Width`. `labels` is a CSV file
/// with a column of the same name, or `Path`, `Image Index` or `image`, and a column per class with
/// 1, 0, -1 or nothing. The organs are then parts of every class that is needed.
///
/// The CSV file of CheXmask may also be the only file, as `labels`. The organs are then the
/// classes, and each image shows those that have a region.
///
/// A code has pairs of numbers: the place of a run, counted along the rows from 1, and its length.
/// The option `least_dice` leaves out images whose column `Dice RCA (Mean)` is less: CheXmask
/// advises 0.7.
///
/// Source: Gaggion et al., arXiv 2307.03293; `DataPostprocessing/utils.py` of
/// github.com/ngaggion/CheXmask-Database.
struct CheXmaskFormat: BuiltInFormat {
    static let description = FormatDescription(
        "chexmask", summary: "Lungs and heart as parts of radiographs (CheXmask).",
        options: [
            FormatOption("least_dice", "Images whose Dice RCA (Mean) is less are left out."),
            SplitList.option, SplitColumn.option, PartJoins.option, MissingImages.option,
        ])

    static let organs = ["Left Lung", "Right Lung", "Heart"]
    private static let imageColumns = [
        "Path", "Image Index", "dicom_id", "ImageID", "image_id", "SOPInstanceUID", "image",
    ]

    private let request: FormatRequest
    private let leastDice: Double?
    private var list: ImageList

    static func read(_ request: FormatRequest) throws -> FormattedImages {
        let path = try request.require(request.labels, "labels", "a CSV file")
        var format = try CheXmaskFormat(request)
        var records = try CSVRecords(try WholeFile.mapped(path), path: path)
        let header = try CSVHeader(&records, path: path)
        if header.contains(organs[0]) {
            try request.refuse(request.masks, "masks", "\(path) is a file of CheXmask already")
            _ = try format.addOrgans(header, &records, known: nil)
            return try format.list.formatted(
                classes: organs, groups: "data.group names a column of them")
        }
        try format.addLabels(header, &records)
        var maskFile: FormattedImages.MaskFile?
        if !request.masks.isEmpty {
            var masks = try CSVRecords(try WholeFile.mapped(request.masks), path: request.masks)
            maskFile = try format.addOrgans(
                try CSVHeader(&masks, path: request.masks), &masks,
                known: ImageNames(format.list.images))
        }
        return try format.list.formatted(
            classes: request.classes, groups: "data.group names a column of them",
            maskFile: maskFile)
    }

    private init(_ request: FormatRequest) throws {
        self.request = request
        leastDice = try request.option("least_dice").map { text in
            guard let number = Double(text), (0...1).contains(number) else {
                throw request.optionError("least_dice", "must be a number from 0 to 1, not \(text)")
            }
            return number
        }
        let folder = try request.requireFolder(request.images, "images", "a folder of images")
        list = try ImageList(request, folder: folder, split: try SplitList(request))
    }

    private mutating func addLabels(_ header: CSVHeader, _ records: inout CSVRecords) throws {
        let image = try header.column(oneOf: Self.imageColumns)
        let group =
            request.groupColumn.isEmpty ? nil : try header.column(request.groupColumn)
        let columns = try request.classes.map { ($0, try header.column($0)) }
        let split = try SplitColumn(request, header)
        while let cells = try header.next(&records) {
            let place = "row \(records.row) of \(header.path)"
            guard split?.takes(cells, place, &list.omitted) != false else { continue }
            let labels = try columns.map { name, column in
                let text = cells[column]
                guard let value = LabelCell.label(text) ?? (LabelCell.isMissing(text) ? 0 : nil)
                else {
                    throw DatasetError(
                        place, "\(name): \(text) is not 1, 0, -1, true, false or blank")
                }
                return (name, request.uncertainty.resolve(value))
            }
            let path = cells[image].trimmedSpaces
            guard let index = try list.findOnce(path, place: place) else { continue }
            list.update(index) { image in
                for (name, label) in labels { image.labels[name] = label }
                image.group =
                    group.map { LabelCell.group(cells[$0]) } ?? CheXpert.patient(in: path)
            }
        }
    }

    /// - Parameter known: the images of the labels; `nil` where the file names the images.
    private mutating func addOrgans(
        _ header: CSVHeader, _ records: inout CSVRecords, known: ImageNames?
    ) throws -> FormattedImages.MaskFile {
        let image = try header.column(oneOf: Self.imageColumns)
        let codes = try Self.organs.map(header.column)
        let sides = try ["Height", "Width"].map(header.column)
        let dice = leastDice == nil ? nil : try header.column("Dice RCA (Mean)")
        var names: [String] = []
        var strangers: [String] = []
        let split = known == nil ? try SplitColumn(request, header) : nil
        while let cells = try header.next(&records) {
            let place = "row \(records.row) of \(header.path)"
            guard split?.takes(cells, place, &list.omitted) != false else { continue }
            let name = cells[image].trimmedSpaces
            names.append(name)
            if let dice, let leastDice,
                try RadiographTable.number(cells[dice], "Dice RCA (Mean)", place) < leastDice
            {
                list.omitted.add("masks whose Dice RCA (Mean) is too small are left out", place)
                continue
            }
            let found = known.map { $0[name] }
            guard let index = try found ?? list.findOnce(name, place: place) else {
                strangers.append(name)
                continue
            }
            let size = try Self.size(sides.map { cells[$0] }, place)
            for (organ, column) in zip(Self.organs, codes) {
                let region = try Self.region(cells[column], size, "\(place), \(organ)")
                guard let region else { continue }
                add(organ, region, index, isPart: known != nil)
            }
        }
        return FormattedImages.MaskFile(
            path: header.path, images: names.sorted(), strangers: strangers.sorted())
    }

    private mutating func add(_ organ: String, _ region: Region, _ index: Int, isPart: Bool) {
        list.update(index) { image in
            if isPart {
                image.annotations += request.classes.map {
                    Annotation(className: $0, part: organ, region: region)
                }
            } else {
                image.show(organ)
                image.annotations.append(Annotation(className: organ, region: region))
            }
        }
    }

    private static func size(_ cells: [String], _ place: String) throws -> Example.Size {
        let sides = try zip(cells, ["Height", "Width"]).map { text, name in
            guard let side = Int(exactly: try RadiographTable.number(text, name, place)) else {
                throw DatasetError(place, "\(name): \(text) is no whole number")
            }
            return side
        }
        try RunLengthEncoding.checkSize(height: sides[0], width: sides[1], name: place)
        return Example.Size(height: sides[0], width: sides[1])
    }

    /// The region of a code; `nil` for an empty cell.
    static func region(
        _ code: String, _ size: Example.Size, _ place: String
    ) throws -> Region? {
        if LabelCell.isMissing(code) { return nil }
        let most = size.height * size.width
        let pairs = try RadiographTable.pairs(code, place)
        var rest = most
        for (start, length) in pairs {
            guard start >= 1, length >= 0, start - 1 <= most, length <= most - (start - 1) else {
                throw DatasetError(
                    place,
                    "a run of \(length) from \(start) leaves the \(size.height) x \(size.width) "
                        + "pixels")
            }
            guard length <= rest else {
                throw DatasetError(place, "runs of more pixels than the image has")
            }
            rest -= length
        }
        return Region(
            checkedRows: pairs.map { (start: Int32($0.start - 1), length: Int32($0.length)) },
            height: size.height, width: size.width)
    }
}
