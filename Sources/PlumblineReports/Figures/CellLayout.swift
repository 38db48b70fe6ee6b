import PlumblineStorage

/// A cell of a figure with a place for everything in it.
protocol CellLayout {
    /// With its texts, in points.
    var height: Double { get }

    /// - Parameters:
    ///   - left: of the cell, in points.
    ///   - top: of the cell, in points.
    func draw(on drawing: inout Drawing, left: Double, top: Double)
}

/// A cell without a picture: a text may say why.
struct EmptyCellLayout: CellLayout {
    let text: String
    let width: Double
    let ruler: TextRuler

    var height: Double { FigureLayout.tickSize + 4 }

    func draw(on drawing: inout Drawing, left: Double, top: Double) {
        let size = FigureLayout.tickSize
        drawing.text(
            .init(
                text: ruler.fitted(text.printable, size: size, within: width), x: left,
                y: top + size + 2, size: size, anchor: .start, colour: .grey))
    }
}
