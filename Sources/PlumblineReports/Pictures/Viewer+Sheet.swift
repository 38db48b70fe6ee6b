import PlumblineData

extension Viewer {
    /// A contact sheet of some images of a run, in this order.
    ///
    /// - Parameters:
    ///   - images: numbers of images, at least one.
    ///   - scores: the keys of the scores below each picture.
    /// - Throws: ``SelectionError`` for a run or a score that the results do not have; an error for
    ///   a map that cannot be read.
    public func sheet(
        _ images: [Int], run: Int, scores: [String], _ pictures: Pictures, _ look: PictureLook
    ) throws -> Figure {
        precondition(!images.isEmpty, "Viewer: a sheet without images")
        let run = try checked(run: run)
        let tiles = ViewerTiles(viewer: self, pictures: pictures, look: look)
        let cells = try images.map { try tiles.cell($0, run: run, scores: scores) }
        return Figure(
            width: look.width, columns: look.columns, cells: cells,
            colourBars: ViewerTiles.bars(cells),
            caption: ["\(title(of: run)): \(images.count) images."] + Self.mapNote(cells))
    }

    static func mapNote(_ cells: [Figure.Cell]) -> [String] {
        let tiles = cells.compactMap { cell in
            if case .tile(let tile) = cell { tile } else { nil }
        }
        let lacking = tiles.count { $0.map == nil }
        if lacking == 0 { return ["Each map is scaled to its own maximum."] }
        let note = "evaluate.save_explanations keeps them"
        return lacking == tiles.count
            ? ["The results keep no maps; \(note)."]
            : ["The results lack the maps of \(lacking) images; \(note)."]
    }

    /// Pictures that cannot be drawn, and why.
    public static func problems(_ figure: Figure) -> [String] {
        figure.cells.compactMap { cell in
            if case .note(let text, isProblem: true) = cell { text } else { nil }
        }
    }
}
