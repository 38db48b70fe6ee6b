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

/// A cell with a text in place of a picture, or with nothing.
struct NoteLayout: CellLayout {
    private static let lineHeight = FigureLayout.tickSize + 2.5
    private static let mostLines = 6

    private let lines: [String]

    init(_ text: String, width: Double, _ ruler: TextRuler) {
        let lines = ruler.lines(text.printable, size: FigureLayout.tickSize, within: width)
        self.lines = Array(lines.prefix(Self.mostLines))
    }

    var height: Double { Double(lines.count) * Self.lineHeight + 4 }

    func draw(on drawing: inout Drawing, left: Double, top: Double) {
        for (number, line) in lines.enumerated() {
            drawing.text(
                .init(
                    text: line, x: left, y: top + Double(number + 1) * Self.lineHeight,
                    size: FigureLayout.tickSize, anchor: .start, colour: .grey))
        }
    }
}
