import PlumblineStorage

/// Places the plots, the title and the legend of a figure.
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

    func drawing() -> Drawing {
        let columns = min(figure.columns, max(1, figure.plots.count))
        let cellWidth = (width - Self.gap * Double(columns + 1)) / Double(columns)
        let layouts = figure.plots.map { PlotLayout($0, width: cellWidth, ruler) }
        let legend = LegendLayout(figure.plots.flatMap(\.marks), width: width - 16, ruler)
        let rows = stride(from: 0, to: layouts.count, by: columns).map {
            layouts[$0..<min($0 + columns, layouts.count)]
        }
        let top = figure.title.isEmpty ? Self.gap / 2 : Self.titleSize + 2 * Self.gap
        let heights = rows.map { row in row.map(\.height).max() ?? 0 }
        let height =
            top + heights.reduce(0) { $0 + $1 + Self.gap } + legend.height + Self.gap / 2
        var drawing = Drawing(width: width, height: height)
        drawing.rectangle(
            .init(x: 0, y: 0, width: width, height: height),
            fill: .init(1, 1, 1), stroke: nil)
        drawing.text(
            .init(
                text: ruler.fitted(
                    figure.title.printable, size: Self.titleSize + 1, within: width - 16),
                x: width / 2, y: Self.titleSize + Self.gap * 0.75, size: Self.titleSize + 1,
                isBold: true))
        var y = top
        for (row, rowHeight) in zip(rows, heights) {
            for (column, layout) in row.enumerated() {
                layout.draw(
                    on: &drawing, left: Self.gap + Double(column) * (cellWidth + Self.gap), top: y)
            }
            y += rowHeight + Self.gap
        }
        legend.draw(on: &drawing, left: Self.gap, top: y)
        return drawing
    }
}
