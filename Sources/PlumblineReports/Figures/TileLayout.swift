import PlumblineStorage

/// Places the picture and the texts of a tile.
struct TileLayout: CellLayout {
    /// A picture that is taller is drawn smaller.
    private static let tallest = 1.35
    /// In points; smaller ones cannot be read in print.
    private static let smallestLetters = 5.0
    private static let lineHeight = FigureLayout.tickSize + 2
    /// Corners of outlines that a figure has at most per side of a mask.
    private static let finestMask = 1024

    private let tile: FigureTile
    private let ruler: TextRuler
    private let width: Double
    private let top: Double

    /// - Parameters:
    ///   - width: of the cell, in points.
    ///   - leavesTitle: whether there is room for a title, as another tile of the row has one.
    init(_ tile: FigureTile, width: Double, leavesTitle: Bool, _ ruler: TextRuler) {
        self.tile = tile
        self.width = width
        self.ruler = ruler
        top = leavesTitle ? FigureLayout.labelSize + 5 : 0
    }

    private var pictureHeight: Double { width * min(tile.aspect, Self.tallest) }

    var height: Double {
        top + pictureHeight + (tile.lines.isEmpty ? 0 : 2)
            + Double(tile.lines.count) * Self.lineHeight
    }

    func draw(on drawing: inout Drawing, left: Double, top cellTop: Double) {
        let pictureWidth = pictureHeight / tile.aspect
        let area = Drawing.Rectangle(
            x: left + (width - pictureWidth) / 2, y: cellTop + top, width: pictureWidth,
            height: pictureHeight)
        write(
            tile.title, FigureLayout.labelSize, x: left + width / 2,
            y: cellTop + FigureLayout.labelSize, .middle, isBold: true, .black, on: &drawing)
        if let image = tile.image {
            drawing.shapes.append(.image(image, area, .init(isSmooth: true)))
        }
        if let map = tile.map {
            drawing.shapes.append(
                .image(map.image, area, .init(opacity: map.opacity, isSmooth: true)))
        }
        for outline in tile.outlines { draw(outline, area, on: &drawing) }
        var y = area.bottom + 2
        for line in tile.lines {
            y += Self.lineHeight
            write(
                line.text, FigureLayout.tickSize, x: left, y: y - 2, .start, isBold: false,
                line.colour, on: &drawing)
        }
    }

    /// Writes a text in smaller letters where it has no room, and cuts it where that is not enough.
    private func write(
        _ text: String, _ size: Double, x: Double, y: Double, _ anchor: Mark.Anchor,
        isBold: Bool, _ colour: Style.Colour, on drawing: inout Drawing
    ) {
        let text = text.printable
        let fitting = ruler.size(
            of: text, atMost: size, atLeast: Self.smallestLetters, isBold: isBold, within: width)
        drawing.text(
            .init(
                text: ruler.fitted(text, size: fitting, isBold: isBold, within: width), x: x, y: y,
                size: fitting, anchor: anchor, isBold: isBold, colour: colour))
    }

    private func draw(
        _ outline: FigureTile.Outline, _ area: Drawing.Rectangle, on drawing: inout Drawing
    ) {
        let mask = outline.mask.keepingEveryPixel(longestSide: Self.finestMask)
        let scale = (
            x: area.width / Double(mask.width), y: area.height / Double(mask.height)
        )
        let loops = MaskBorder(mask).loops.map { loop in
            loop.map {
                Mark.Point(area.x + Double($0.x) * scale.x, area.y + Double($0.y) * scale.y)
            }
        }
        guard !loops.isEmpty else { return }
        let edge = Drawing.Stroke(
            colour: .init(0, 0, 0, opacity: 0.45), width: outline.style.lineWidth + 1)
        let fill = outline.isFilled ? outline.style.colour.with(opacity: 0.3) : nil
        drawing.shapes.append(.contours(loops, fill: fill, stroke: edge))
        drawing.shapes.append(.contours(loops, fill: nil, stroke: outline.style.stroke))
    }
}
