/// The format `mask_folder`: a folder of images beside a folder of masks, as ISIC 2016.
///
///     images/ISIC_0000000.jpg
///     masks/ISIC_0000000_Segmentation.png
///     labels.csv: ISIC_0000000,benign
///
/// `labels` is a CSV file. Its first column names the image. The second is a word that is the
/// class (ISIC 2016, part 3, training), or 1 or 0 for the class that the option `class` names (part
/// 3, test). With a header, there may be a column per class (ISIC 2017). A file without a header is
/// recognised by its first record, which names an image.
///
/// A mask belongs to each class that its image shows, and with the option `mask_class` to that
/// class in every image. Without `labels`, every image with a mask shows the class of the option
/// `class`.
///
/// Source: ISBI 2016 "Skin Lesion Analysis Toward Melanoma Detection", arXiv 1605.01397.
struct MaskFolder: BuiltInFormat {
    static let description = FormatDescription(
        "mask_folder", summary: "A folder of images, a folder of masks and a CSV file (ISIC 2016).",
        options: [
            FormatOption("suffix", "What a mask's name adds to the image's (_Segmentation)."),
            FormatOption("class", "The class of a 1 in the labels, or without labels (malignant)."),
            FormatOption("mask_class", "The class of all masks, in place of the image's classes."),
            FormatOption(
                "threshold", "Pixels of a mask above it, from 0 to 254, belong to the region."),
            SplitList.option, SplitColumn.option, MissingImages.option,
        ])

    private let request: FormatRequest
    private let suffix: String
    private let className: String
    private let threshold: Int?
    private var list: ImageList
    private var classes: [String] = []

    static func read(_ request: FormatRequest) throws -> FormattedImages {
        var format = try MaskFolder(request)
        if request.labels.isEmpty { try format.addImages() } else { try format.addLabels() }
        let masks = try format.addMasks()
        return try format.list.formatted(
            classes: format.classes, groups: "mask_folder has no groups; manifest has",
            maskFile: masks)
    }

    private init(_ request: FormatRequest) throws {
        self.request = request
        suffix = request.options["suffix"] ?? "_Segmentation"
        className = request.option("class") ?? "malignant"
        threshold = try request.whole("threshold", in: 0...254)
        let folder = try request.requireFolder(request.images, "images", "a folder of images")
        list = try ImageList(request, folder: folder, split: try SplitList(request))
    }

    /// Every image, without labels from a file.
    private mutating func addImages() throws {
        guard !request.masks.isEmpty || request.classes.isEmpty else {
            throw request.keyError(
                "labels", "a CSV file is wanted, since no masks say what the images show")
        }
        if request.option(SplitColumn.option.name) != nil {
            throw request.optionError(
                SplitColumn.option.name, "needs labels: a CSV file with that column")
        }
        classes = [className]
        for file in try ImageFolder.images(below: request.images) {
            let path = PathText.relative(file, to: request.images)
            _ = try list.findOnce(path, place: file)
        }
    }

    private mutating func addLabels() throws {
        var records = try CSVRecords(try WholeFile.read(request.labels), path: request.labels)
        guard let first = try records.next() else {
            throw DatasetError(request.labels, "empty; image names and labels are wanted")
        }
        var finder = ImageFinder(folder: request.images)
        let isData = first.count > 1 && LabelCell.label(first[1]) != nil
        let hasHeader = try !isData && finder.file(first[0], place: request.labels) == nil
        let header = CSVHeader(first, path: request.labels)
        let split = try splitColumn(header, hasHeader: hasHeader)
        let labelColumns = first.indices.dropFirst().filter { $0 != split?.column }
        let isOneClass =
            labelColumns.count == 1 && !request.classes.contains(header.names[labelColumns[0]])
        let columns = hasHeader && !isOneClass ? labelColumns : []
        classes = columns.map { header.names[$0] }
        var isNumbers = false
        var row = hasHeader ? try header.next(&records) : first
        while let cells = row {
            let place = "row \(records.row) of \(request.labels)"
            let isTaken = split?.takes(cells, place, &list.omitted) != false
            let labels = try labels(cells, header, columns, labelColumns.first ?? 1, place)
            if columns.isEmpty { isNumbers = isNumbers || labels[className] != nil }
            if isTaken, let index = try list.findOnce(cells[0].trimmedSpaces, place: place) {
                list.update(index) { image in
                    for (name, value) in labels { image.labels[name] = value }
                }
            }
            row = try header.next(&records)
        }
        if columns.isEmpty {
            let names = Set(list.images.flatMap { $0.labels.keys })
            classes = (isNumbers ? names.union([className]) : names).sorted()
        }
    }

    private func splitColumn(_ header: CSVHeader, hasHeader: Bool) throws -> SplitColumn? {
        guard hasHeader || request.option(SplitColumn.option.name) == nil else {
            throw request.optionError(
                SplitColumn.option.name, "\(request.labels) has no header with names of columns")
        }
        return try SplitColumn(request, header)
    }

    private func labels(
        _ cells: [String], _ header: CSVHeader, _ columns: [Int], _ labelColumn: Int,
        _ place: String
    ) throws -> [String: (value: Float, weight: Float)] {
        guard cells.count > labelColumn else {
            throw DatasetError(place, "a name and a label are wanted")
        }
        if columns.isEmpty {
            let text = cells[labelColumn].trimmedSpaces
            if let number = LabelCell.label(text) {
                return [className: request.uncertainty.resolve(number)]
            }
            return LabelCell.isMissing(text) ? [:] : [text: (1, 1)]
        }
        var labels: [String: (value: Float, weight: Float)] = [:]
        for column in columns where request.classes.contains(header.names[column]) {
            let text = cells[column]
            let number = LabelCell.label(text)
            guard number != nil || LabelCell.isMissing(text) else {
                throw DatasetError(
                    place, "\(header.names[column]): \(text) is not 1, 0, -1, true or false")
            }
            labels[header.names[column]] = request.uncertainty.resolve(number)
        }
        return labels
    }

    /// - Returns: which masks there are; `nil` where none are asked for.
    private mutating func addMasks() throws -> FormattedImages.MaskFile? {
        guard !request.masks.isEmpty else { return nil }
        let folder = try request.requireFolder(request.masks, "masks", "a folder of masks")
        let maskClass = request.option("mask_class")
        if let maskClass, !classes.contains(maskClass) {
            throw request.optionError(
                "mask_class", "no class \(maskClass); there are \(classes.joined(separator: ", "))")
        }
        var masks: [String: String] = [:]
        for file in try ImageFolder.images(below: folder) {
            let stem = PathText.withoutExtension(PathText.parts(file).last ?? "")
            guard stem.hasSuffix(suffix) else {
                list.omitted.add("files whose names do not end in \(suffix) are no masks", file)
                continue
            }
            if let other = masks.updateValue(file, forKey: String(stem.dropLast(suffix.count))) {
                throw DatasetError(folder, "\(file) and \(other) are masks of one image")
            }
        }
        var found: Set<String> = []
        for index in list.images.indices {
            let image = list.images[index]
            let stem = PathText.withoutExtension(PathText.parts(image.path).last ?? "")
            guard let file = masks[stem] else { continue }
            found.insert(stem)
            let region = try Region(maskFile: file, threshold: threshold)
            list.update(index) { image in
                if request.labels.isEmpty { image.show(className) }
                for name in maskClass.map({ [$0] }) ?? image.positives {
                    image.annotations.append(Annotation(className: name, region: region))
                }
            }
        }
        return FormattedImages.MaskFile(
            path: folder, images: masks.keys.sorted(),
            strangers: masks.keys.filter { !found.contains($0) }.sorted())
    }
}
