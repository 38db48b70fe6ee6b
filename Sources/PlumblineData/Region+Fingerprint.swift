extension Region {
    /// A text that differs for regions of other pixels, or of another form.
    ///
    /// It stands for the region where a run must find out whether its data changed.
    public var fingerprint: String {
        let size = "\(height)x\(width)"
        switch form {
        case .mask(let mask): return "\(size) mask \(RunLengthEncoding.encode(mask))"
        case .polygons(let polygons): return "\(size) polygons \(polygons)"
        case .box(let box): return "\(size) box \([box.x, box.y, box.width, box.height])"
        case .runs(let runs): return "\(size) runs \(runs)"
        case .rows(let rows): return "\(size) rows \(rows)"
        case .cocoPolygons(let polygons): return "\(size) COCO polygons \(polygons)"
        case .file(let file): return "\(size) file \(file.fingerprint)"
        case .union(let regions): return "\(size) union \(regions.map(\.fingerprint))"
        case .unreadable(let problem): return "\(size) unreadable \(problem)"
        }
    }
}
