/// Makes regions of the annotations of a COCO file.
struct COCORegions {
    /// Whether boxes are taken in place of segmentations.
    var usesBoxes = false
    /// Whether an annotation without a segmentation has its box as region.
    var hasBoxFallback = true
    var omitted = OmissionCounter()

    /// The region of an annotation; `nil` where it has none.
    ///
    /// - Parameter size: of the image.
    /// - Throws: ``DatasetError`` for a code that is damaged or of another size than the image.
    mutating func region(
        of annotation: COCOFile.Annotation, size: Example.Size
    ) throws -> Region? {
        if usesBoxes { return try box(annotation, size) }
        switch annotation.shape {
        case .none:
            guard hasBoxFallback else { break }
            if annotation.box != nil {
                omitted.add("annotations without a segmentation are boxes", annotation.place)
            }
            return try box(annotation, size)
        case .polygons(let polygons):
            let whole = polygons.filter { $0.count > 2 }
            for _ in 0..<(polygons.count - whole.count) {
                omitted.add(
                    "polygons of fewer than three corners are left out", annotation.place)
            }
            if whole.isEmpty { break }
            return try Region(
                cocoPolygons: whole, height: size.height, width: size.width,
                name: annotation.place)
        case .runs(let runs, let codeSize):
            try require(codeSize, size, annotation)
            return try Region(
                runs: runs, height: size.height, width: size.width, name: annotation.place)
        case .code(let code, let codeSize):
            try require(codeSize, size, annotation)
            return try Region(
                code: code, height: size.height, width: size.width, name: annotation.place)
        }
        omitted.add("annotations without a region are left out", annotation.place)
        return nil
    }

    /// A box covers the pixels that COCO's tools give it.
    private mutating func box(
        _ annotation: COCOFile.Annotation, _ size: Example.Size
    ) throws -> Region? {
        guard let box = annotation.box else {
            omitted.add("annotations without a region are left out", annotation.place)
            return nil
        }
        guard try box.region(size, place: annotation.place, &omitted) != nil else { return nil }
        let (right, bottom) = (box.x + box.width, box.y + box.height)
        return try Region(
            cocoPolygons: [[(box.x, box.y), (box.x, bottom), (right, bottom), (right, box.y)]],
            height: size.height, width: size.width, name: annotation.place
        ).given(as: .box)
    }

    private func require(
        _ code: Example.Size, _ image: Example.Size, _ annotation: COCOFile.Annotation
    ) throws {
        guard code == image else {
            throw DatasetError(
                annotation.place,
                "a run-length code of \(code.height) x \(code.width) in an image of "
                    + "\(image.height) x \(image.width)")
        }
    }
}
