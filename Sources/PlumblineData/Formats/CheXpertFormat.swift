/// The format `chexpert`: a CheXpert label file, image files, and masks as CheXlocalize has them.
///
/// Masks are ``Localizations``: `gt_segmentations` or `gt_annotations` files.
struct CheXpertFormat: BuiltInFormat {
    static let description = FormatDescription(
        "chexpert", summary: "CheXpert's label files with masks of CheXlocalize.",
        options: [
            SplitList.option, SplitColumn.option,
            FormatOption(
                "parts",
                "A file as masks whose regions are parts of each class of an image."
            ),
        ])

    private let request: FormatRequest
    /// The images that are used; no file appears twice.
    private var images: [CheXpert.Image] = []
    /// The file of each image.
    private var files: [String] = []
    /// One sentence for each image that appears again.
    private var repeats: [String] = []
    private let laterals: [CheXpert.Image]
    /// Images of other splits.
    private var others: [CheXpert.Image]
    private var omitted: OmissionCounter

    /// Reads the label file, finds every image, and reads the masks where they are needed.
    static func read(_ request: FormatRequest) throws -> FormattedImages {
        let format = try CheXpertFormat(request)
        return try format.formatted()
    }

    private init(_ request: FormatRequest) throws {
        self.request = request
        let labels = try CheXpert.labels(
            request.labels, classes: request.classes, frontalOnly: request.frontalOnly,
            group: request.groupColumn, split: { try SplitColumn(request, $0) })
        laterals = labels.laterals
        others = labels.others
        omitted = labels.omitted
        let listed = try inSplit(labels.images)
        guard !listed.isEmpty else {
            throw DatasetError(
                request.labels,
                "no image is left of \(laterals.count)"
                    + (request.frontalOnly ? " (frontal ones only; data.frontal_only)" : "")
                    + omitted.omissions.map { "; \($0.note)" }.joined())
        }
        try findFiles(listed)
    }

    /// The images that the list of the option `split` names; all without one.
    private mutating func inSplit(_ listed: [CheXpert.Image]) throws -> [CheXpert.Image] {
        guard var split = try SplitList(request) else { return listed }
        var taken: [CheXpert.Image] = []
        for image in listed {
            if split.takes(image.path) { taken.append(image) } else { others.append(image) }
        }
        split.report(&omitted)
        return taken
    }

    private mutating func findFiles(_ listed: [CheXpert.Image]) throws {
        let root =
            request.images.isEmpty ? PathText.folder(of: request.labels) : request.images
        var indices: [FileIdentity: Int] = [:]
        for image in listed {
            let file = try CheXpert.locate(image, root: root, labels: request.labels)
            guard let identity = FileIdentity(file) else {
                throw DatasetError(file, "no such image")
            }
            if let index = indices[identity] {
                let rows = "rows \(images[index].row) and \(image.row)"
                let differ = images[index].labels == image.labels ? "" : ", with other labels"
                let text = "\(rows): an image that is there twice\(differ): \(file)"
                guard request.skipsRepeats else { throw DatasetError(request.labels, text) }
                repeats.append(text)
                continue
            }
            indices[identity] = images.count
            images.append(image)
            files.append(file)
        }
    }

    private func formatted() throws -> FormattedImages {
        let ids = ImageKeys.unique(images.map(\.path))
        let masks = request.masks.isEmpty ? nil : try Localizations(request.masks)
        if let masks { try refuseSharedNames(masks) }
        let parts = try request.option("parts").map { try Localizations($0) }
        if let parts { try refuseSharedNames(parts) }
        let examples = images.indices.map { index -> Example in
            let resolved = images[index].labels.map { request.uncertainty.resolve($0) }
            let annotations = request.classes.compactMap { name in
                masks?.region(name, in: ids[index]).map {
                    Annotation(className: name, region: $0)
                }
            }
            let shown = request.classes.indices.filter {
                resolved[$0].value > 0.5 && resolved[$0].weight > 0
            }
            let names = shown.map { request.classes[$0] }
            let shownParts = parts.map { partAnnotations($0, ids[index], of: names) } ?? []
            return Example(
                id: ids[index], file: files[index], labels: resolved.map(\.value),
                weights: resolved.map(\.weight), group: images[index].group,
                annotations: annotations + shownParts)
        }
        return FormattedImages(
            ExampleList(classes: request.classes, examples: examples), omissions: omissions,
            maskFile: masks.map { maskFile($0, ids: ids) }, groupProblem: groupProblem)
    }

    /// The regions of an image as parts of some classes.
    ///
    /// A region called background is left out: the background is the pixels of no part.
    private func partAnnotations(
        _ parts: Localizations, _ image: String, of classes: [String]
    ) -> [Annotation] {
        let names = parts.findings(in: image).filter { $0.lowercased() != "background" }
        return classes.flatMap { className in
            names.compactMap { name in
                parts.region(name, in: image).map {
                    Annotation(className: className, part: name, region: $0)
                }
            }
        }
    }

    /// - Throws: ``DatasetError`` where a mask may belong to either of two images.
    private func refuseSharedNames(_ masks: Localizations) throws {
        var owners: [String: Int] = [:]
        for (index, image) in images.enumerated() {
            guard let other = owners.updateValue(index, forKey: image.key),
                masks.contains(image.key)
            else { continue }
            throw DatasetError(
                masks.path,
                "\(image.key) may be \(files[other]) or \(files[index]): the last three parts of "
                    + "their paths are the same")
        }
    }

    private func maskFile(_ masks: Localizations, ids: [String]) -> FormattedImages.MaskFile {
        let known = Set(ids).union((laterals + others).map(\.key))
        let names = masks.images
        return FormattedImages.MaskFile(
            path: masks.path, images: names, strangers: names.filter { !known.contains($0) })
    }

    private var omissions: [FormattedImages.Omission] {
        var result: [FormattedImages.Omission] = []
        if let first = repeats.first {
            let more = repeats.count > 1 ? "; and \(repeats.count - 1) more" : ""
            result.append(.init(count: repeats.count, note: "\(first)\(more); each is taken once"))
        }
        if !laterals.isEmpty {
            result.append(
                .init(
                    count: laterals.count,
                    note: "\(laterals.count) lateral images are left out (data.frontal_only); "
                        + "\(images.count) are used"))
        }
        if request.uncertainty == .ignore, let omission = ignoredLabels { result.append(omission) }
        return result + omitted.omissions
    }

    private var ignoredLabels: FormattedImages.Omission? {
        let counts = request.classes.enumerated().map { index, name in
            (name: name, count: images.filter { $0.labels[index] == -1 }.count)
        }.filter { $0.count > 0 }
        guard !counts.isEmpty else { return nil }
        let text = counts.map { "\($0.name) \($0.count)" }.joined(separator: ", ")
        return .init(
            count: counts.reduce(0) { $0 + $1.count },
            note: "uncertain labels are ignored: \(text) of \(images.count)")
    }

    private var groupProblem: String? {
        guard let image = images.first(where: { $0.group == nil }) else { return nil }
        let column = request.groupColumn
        let reason =
            column.isEmpty
            ? "none (its path has no part patientN: \(image.path)); name the column that does, "
                + "or give data.evaluate.labels"
            : "none in \(column)"
        return "row \(image.row) of \(request.labels) names \(reason)"
    }
}
