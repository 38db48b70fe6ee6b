import PlumblineStorage

/// The names of the series below the plots: each once, in the order of the marks.
struct LegendLayout {
    private static let sample = 22.0
    private static let rowHeight = 12.0

    private struct Entry {
        let mark: Mark
        let text: String
        let x: Double
        let row: Int
    }

    private let entries: [Entry]

    init(_ marks: [Mark], width: Double, _ ruler: TextRuler) {
        var entries: [Entry] = []
        var names: Set<String> = []
        var (x, row) = (0.0, 0)
        for mark in marks {
            guard let label = mark.label, !label.isEmpty, names.insert(label).inserted else {
                continue
            }
            let text = ruler.fitted(
                label.printable, size: FigureLayout.tickSize, within: width - Self.sample - 4)
            let length = Self.sample + 4 + ruler.width(text, size: FigureLayout.tickSize) + 12
            if x > 0, x + length - 12 > width { (x, row) = (0, row + 1) }
            entries.append(Entry(mark: mark, text: text, x: x, row: row))
            x += length
        }
        self.entries = entries
    }

    var height: Double {
        entries.last.map { Double($0.row + 1) * Self.rowHeight + 2 } ?? 0
    }

    func draw(on drawing: inout Drawing, left: Double, top: Double) {
        for entry in entries {
            let x = left + entry.x
            let y = top + (Double(entry.row) + 0.5) * Self.rowHeight
            draw(entry.mark, on: &drawing, x, y)
            drawing.text(
                .init(
                    text: entry.text, x: x + Self.sample + 4, y: y + 2.5,
                    size: FigureLayout.tickSize, anchor: .start))
        }
    }

    private func draw(_ mark: Mark, on drawing: inout Drawing, _ x: Double, _ y: Double) {
        let middle = Mark.Point(x + Self.sample / 2, y)
        switch mark {
        case .line(_, let style, _):
            drawing.line(x, y, x + Self.sample, y, style.stroke)
        case .points(_, let style, _, _):
            drawing.symbol(style.symbol, at: middle, style)
        case .boxes(_, let style, _), .bars(_, _, let style, _):
            var edge = style.solidStroke
            if case .boxes = mark { edge = style.stroke }
            drawing.rectangle(
                .init(x: x + 4, y: y - 3.5, width: Self.sample - 8, height: 7),
                fill: style.colour.with(opacity: 0.35), stroke: edge)
        case .band, .text, .image, .horizontal, .vertical: break
        }
    }
}
