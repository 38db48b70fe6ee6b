import PlumblineData
import PlumblineStorage

/// The strips of colours below the cells, one per row.
struct ColourBarLayout {
    private static let strip = (width: 80.0, height: 7.0)
    private static let rowHeight = 12.0

    private let bars: [ColourBar]
    private let width: Double
    private let ruler: TextRuler

    init(_ bars: [ColourBar], width: Double, _ ruler: TextRuler) {
        self.bars = bars
        self.width = width
        self.ruler = ruler
    }

    var height: Double { Double(bars.count) * Self.rowHeight }

    func draw(on drawing: inout Drawing, left: Double, top: Double) {
        for (row, bar) in bars.enumerated() {
            draw(bar, on: &drawing, left, top + Double(row) * Self.rowHeight)
        }
    }

    private func draw(
        _ bar: ColourBar, on drawing: inout Drawing, _ left: Double, _ top: Double
    ) {
        let size = FigureLayout.tickSize
        let strip = Drawing.Rectangle(
            x: left + ruler.width(bar.low.printable, size: size) + 4, y: top + 2,
            width: Self.strip.width, height: Self.strip.height)
        func write(_ text: String, _ x: Double) {
            drawing.text(
                .init(
                    text: ruler.fitted(text.printable, size: size, within: left + width - x),
                    x: x, y: strip.bottom - 0.8, size: size, anchor: .start))
        }
        let shares = (0..<256).map { Float($0) / 255 }
        let pixels = shares.flatMap { share -> [Float] in
            let colour = bar.colours.colour(share)
            return [colour.red, colour.green, colour.blue]
        }
        drawing.shapes.append(
            .image(RasterImage(height: 1, width: 256, channels: 3, values: pixels), strip, .init()))
        drawing.rectangle(strip, fill: nil, stroke: .init(colour: .grey, width: 0.5))
        write(bar.low, left)
        write(bar.high, strip.right + 4)
        write(bar.label, strip.right + 4 + ruler.width(bar.high.printable, size: size) + 10)
    }
}
