extension Region {
    /// How a file gives a region.
    public enum Kind: String, Sendable, CaseIterable {
        /// Pixels, such as a mask in an image file.
        case mask
        case box
        case polygon
        case runLength = "run-length"
        /// Something else than a region.
        case unreadable
    }
}

extension Region.Form {
    var kind: Region.Kind {
        switch self {
        case .mask, .file: .mask
        case .polygons, .cocoPolygons: .polygon
        case .box: .box
        case .runs, .rows: .runLength
        case .union(let regions):
            Set(regions.map(\.kind)).count == 1 ? regions[0].kind : .mask
        case .unreadable: .unreadable
        }
    }
}
