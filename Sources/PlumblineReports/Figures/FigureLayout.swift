import PlumblineStorage

/// Places the cells, the title, the legend, the colour bars and the caption of a figure.
struct FigureLayout {
    static let titleSize = 9.0
    static let labelSize = 8.0
    static let tickSize = 7.0
    static let gap = 8.0
    /// Points (1/72 inch) of a millimetre.
    static let pointsPerMillimetre = 72 / 25.4

    private let figure: Figure
    private let ruler = TextRuler()
    private let width: Double

    init(_ figure: Figure) {
        self.figure = figure
        width = figure.width * Self.pointsPerMillimetre
    }

    private var columns: Int { min(figure.columns, max(1, figure.cells.count)) }
    /// Pictures stand closer together than plots.
    private var columnGap: Double { plots.isEmpty ? Self.gap / 2 : Self.gap }
    private var cellWidth: Double {
        (width - 2 * Self.gap - columnGap * Double(columns - 1)) / Double(columns)
    }

    private var plots: [Plot] {
        figure.cells.compactMap { cell in
            if case .plot(let plot) = cell { plot } else { nil }
        }
    }

    func drawing() -> Drawing {
        let rows = rows()
        let room = width - 2 * Self.gap
        let legend = LegendLayout(plots.flatMap(\.marks), width: room, ruler)
        let bars = ColourBarLayout(figure.colourBars, width: room, ruler)
        let caption = figure.caption.flatMap {
            ruler.lines($0.printable, size: Self.tickSize, within: room)
        }
        let top = figure.title.isEmpty ? Self.gap / 2 : Self.titleSize + 2 * Self.gap
        let heights = rows.enumerated().map { number, row in
            rowTitle(number).height + (row.map(\.height).max() ?? 0)
        }
        let lineHeight = Self.tickSize + 2.5
        let height =
            top + heights.reduce(0) { $0 + $1 + Self.gap } + legend.height + bars.height
            + Double(caption.count) * lineHeight + Self.gap / 2
        var drawing = Drawing(width: width, height: height)
        drawing.rectangle(
            .init(x: 0, y: 0, width: width, height: height),
            fill: .init(1, 1, 1), stroke: nil)
        drawTitle(on: &drawing)
        var y = top
        for (number, row) in rows.enumerated() {
            draw(row, number, on: &drawing, top: y)
            y += heights[number] + Self.gap
        }
        legend.draw(on: &drawing, left: Self.gap, top: y)
        y += legend.height
        bars.draw(on: &drawing, left: Self.gap, top: y)
        y += bars.height
        for line in caption {
            y += lineHeight
            drawing.text(
                .init(text: line, x: Self.gap, y: y - 2, size: Self.tickSize, anchor: .start))
        }
        return drawing
    }

    /// The title of a row, and the room that it takes.
    private func rowTitle(_ number: Int) -> (text: String, height: Double) {
        guard number < figure.rowTitles.count else { return ("", 0) }
        let text = ruler.fitted(
            figure.rowTitles[number].printable, size: Self.labelSize + 0.5,
            within: width - 2 * Self.gap)
        return (text, Self.labelSize + 5)
    }

    private func draw(
        _ row: [any CellLayout], _ number: Int, on drawing: inout Drawing, top: Double
    ) {
        let title = rowTitle(number)
        drawing.text(
            .init(
                text: title.text, x: Self.gap, y: top + Self.labelSize, size: Self.labelSize,
                anchor: .start, isBold: true))
        for (column, layout) in row.enumerated() {
            let left = Self.gap + Double(column) * (cellWidth + columnGap)
            layout.draw(on: &drawing, left: left, top: top + title.height)
        }
    }

    private func drawTitle(on drawing: inout Drawing) {
        drawing.text(
            .init(
                text: ruler.fitted(
                    figure.title.printable, size: Self.titleSize + 1, within: width - 16),
                x: width / 2, y: Self.titleSize + Self.gap * 0.75, size: Self.titleSize + 1,
                isBold: true))
    }

    private func rows() -> [[any CellLayout]] {
        stride(from: 0, to: figure.cells.count, by: columns).map { start in
            let cells = figure.cells[start..<min(start + columns, figure.cells.count)]
            let leavesTitle = cells.contains { cell in
                if case .tile(let tile) = cell { !tile.title.isEmpty } else { false }
            }
            return cells.map { cell -> any CellLayout in
                switch cell {
                case .plot(let plot): PlotLayout(plot, width: cellWidth, ruler)
                case .tile(let tile):
                    TileLayout(tile, width: cellWidth, leavesTitle: leavesTitle, ruler)
                case .note(let text, _): NoteLayout(text, width: cellWidth, ruler)
                }
            }
        }
    }
}
