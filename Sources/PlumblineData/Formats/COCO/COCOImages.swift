/// The images of a COCO file, by their ids.
struct COCOImages {
    struct Place {
        let index: Int
        let size: Example.Size
    }

    var list: ImageList
    private var places: [Int: Place] = [:]
    private let ids: Set<Int>

    /// Finds the file of each image.
    ///
    /// - Throws: ``DatasetError`` as ``ImageList/findOnce(_:place:)`` does, and for a file whose
    ///   size is needed and cannot be read.
    init(_ file: COCOFile, _ request: FormatRequest) throws {
        let own = PathText.folder(of: file.path)
        list = try ImageList(
            request, folder: request.images.isEmpty ? own : request.images,
            split: try SplitList(request))
        ids = Set(file.images.map(\.id))
        for image in file.images {
            let place = "\(file.path): images, id \(image.id)"
            guard let index = try list.findOnce(image.name, place: place) else { continue }
            places[image.id] = Place(index: index, size: try image.size ?? list.size(index))
        }
    }

    /// The image of an annotation; `nil` for an image that is left out, and for an annotation that
    /// belongs to none, which is counted.
    mutating func image(of annotation: COCOFile.Annotation) throws -> Place? {
        if !ids.contains(annotation.image) {
            list.omitted.add("annotations whose image_id is no image", annotation.place)
        }
        return places[annotation.image]
    }
}
