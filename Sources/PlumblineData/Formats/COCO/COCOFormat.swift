/// The format `coco`: instances of COCO.
///
/// `labels` is a file such as `instances_val2017.json`, `images` the folder of the images. Classes
/// are the names of the categories, in the order of their ids. An image shows the categories that
/// it has annotations of. Segmentations are polygons or run-length codes, compressed or not.
///
/// Polygons cover the pixels that COCO's own tools give them. An annotation without a segmentation
/// has its box as region. A region of a crowd (`iscrowd`) covers several objects of its class.
///
/// Source: Lin et al., arXiv 1405.0312; cocodataset.org, "Data format".
struct COCOFormat: BuiltInFormat {
    static let description = FormatDescription(
        "coco", summary: "Instances of COCO: polygons, run-length codes, boxes (JSON).",
        options: [
            FormatOption("regions", "What is read as region: segmentation or box."),
            FormatOption("crowds", "What regions of crowds are: use or omit (counted)."),
            SplitList.option(withoutColumnsIn: "JSON"), MissingImages.option,
        ])

    private enum Regions: String, CaseIterable {
        case segmentation
        case box
    }

    private enum Crowds: String, CaseIterable {
        case use
        case omit
    }

    static func read(_ request: FormatRequest) throws -> FormattedImages {
        try request.refuse(request.masks, "masks", "regions are part of the labels")
        let path = try request.require(request.labels, "labels", "a JSON file of instances")
        var regions = COCORegions()
        regions.usesBoxes = try request.choice("regions", Regions.segmentation) == .box
        let usesCrowds = try request.choice("crowds", Crowds.use) == .use
        let file = try COCOFile(path)
        let categories = file.categories.sorted { $0.id < $1.id }
        try requireDistinct(categories.map(\.name), path)
        let names = Dictionary(uniqueKeysWithValues: categories.map { ($0.id, $0.name) })
        var images = try COCOImages(file, request)
        for annotation in file.annotations {
            guard let name = names[annotation.category] else {
                throw DatasetError(
                    annotation.place, "no category has the id \(annotation.category)")
            }
            guard let image = try images.image(of: annotation) else { continue }
            images.list.update(image.index) { $0.show(name) }
            if annotation.isCrowd, !usesCrowds {
                regions.omitted.add("regions of crowds are left out", annotation.place)
                continue
            }
            guard let region = try regions.region(of: annotation, size: image.size) else {
                continue
            }
            images.list.update(image.index) {
                $0.annotations.append(Annotation(className: name, region: region))
            }
        }
        images.list.omitted.add(regions.omitted)
        return try images.list.formatted(
            classes: categories.map(\.name), groups: "COCO's format has no groups")
    }

    static func requireDistinct(_ names: [String], _ path: String) throws {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw DatasetError(path, "two categories are called \(name)")
        }
    }
}
