import PlumblineStorage

extension Drawing {
    /// Adds what a mark draws inside of the axes.
    mutating func add(_ mark: Mark, _ scale: PlotScale) {
        switch mark {
        case .line(let points, let style, _): addLine(points, style, scale)
        case .band(let x, let low, let high, let style): addBand(x, low, high, style, scale)
        case .boxes(let boxes, let style, _):
            for box in boxes { addBox(box, style, scale) }
        case .points(let points, let style, _, _):
            for point in points where point.isFinite {
                symbol(style.symbol, at: scale.point(point), style)
            }
        case .bars(let points, let width, let style, _):
            for point in points where point.isFinite { addBar(point, width, style, scale) }
        case .image(let image, let from, let to):
            let (low, high) = (scale.point(from), scale.point(to))
            shapes.append(
                .image(
                    image,
                    .init(x: low.x, y: high.y, width: high.x - low.x, height: low.y - high.y),
                    .init()))
        case .horizontal(let place, let style):
            let y = scale.y(place)
            line(scale.area.x, y, scale.area.right, y, style.stroke)
        case .vertical(let place, let style):
            let x = scale.x(place)
            line(x, scale.area.y, x, scale.area.bottom, style.stroke)
        case .text: break
        }
    }

    /// Adds the texts of a mark, which may reach over the edge of the axes.
    mutating func addTexts(of mark: Mark, _ scale: PlotScale, _ ruler: TextRuler) {
        let size = FigureLayout.tickSize
        switch mark {
        case .text(let text, let point, let anchor, let style) where point.isFinite:
            let place = scale.point(point)
            self.text(
                .init(
                    text: text.printable, x: place.x, y: place.y + size * 0.35, size: size,
                    anchor: anchor, colour: style.colour))
        case .points(let points, _, let texts, _):
            for (point, text) in zip(points, texts) where point.isFinite {
                let place = scale.point(point)
                let fitted = ruler.fitted(text.printable, size: size - 1, within: 120)
                // On the other side where it would leave the plot.
                let isRight =
                    place.x + 5 + ruler.width(fitted, size: size - 1) <= scale.area.right
                self.text(
                    .init(
                        text: fitted, x: place.x + (isRight ? 5 : -5), y: place.y + 2,
                        size: size - 1, anchor: isRight ? .start : .end))
            }
        default: break
        }
    }

    private mutating func addLine(
        _ points: [Mark.Point], _ style: Style, _ scale: PlotScale
    ) {
        for run in points.split(whereSeparator: { !$0.isFinite }) {
            shapes.append(
                .path(run.map(scale.point), isClosed: false, fill: nil, stroke: style.stroke))
        }
    }

    private mutating func addBand(
        _ x: [Double], _ low: [Double], _ high: [Double], _ style: Style, _ scale: PlotScale
    ) {
        precondition(x.count == low.count && x.count == high.count, "Figure: a band of uneven ends")
        let isDrawn = x.indices.map { x[$0].isFinite && low[$0].isFinite && high[$0].isFinite }
        for run in x.indices.split(whereSeparator: { !isDrawn[$0] }) {
            let lower = run.map { scale.point(.init(x[$0], low[$0])) }
            let upper = run.reversed().map { scale.point(.init(x[$0], high[$0])) }
            shapes.append(
                .path(
                    lower + upper, isClosed: true, fill: style.colour.with(opacity: 0.18),
                    stroke: nil))
        }
    }

    private mutating func addBar(
        _ point: Mark.Point, _ width: Double, _ style: Style, _ scale: PlotScale
    ) {
        let left = scale.x(point.x - width / 2)
        let (zero, end) = (scale.y(0), scale.y(point.y))
        rectangle(
            .init(
                x: left, y: min(zero, end), width: scale.x(point.x + width / 2) - left,
                height: abs(zero - end)),
            fill: style.colour.with(opacity: 0.35), stroke: style.solidStroke)
    }

    private mutating func addBox(_ box: Box, _ style: Style, _ scale: PlotScale) {
        let thin = Stroke(colour: style.colour, width: 0.9)
        let x = scale.x(box.place)
        let (left, right) = (
            scale.x(box.place - box.width / 2), scale.x(box.place + box.width / 2)
        )
        let (first, third) = (scale.y(box.quartiles.first), scale.y(box.quartiles.third))
        for (end, quartile) in [(box.lowWhisker, first), (box.highWhisker, third)] {
            let y = scale.y(end)
            line(x, quartile, x, y, thin)
            line(x - (right - left) / 4, y, x + (right - left) / 4, y, thin)
        }
        rectangle(
            .init(x: left, y: third, width: right - left, height: first - third),
            fill: style.colour.with(opacity: 0.30),
            stroke: Stroke(colour: style.colour, width: 0.9, dash: style.dash))
        let median = scale.y(box.quartiles.median)
        line(left, median, right, median, Stroke(colour: .black, width: 1.6))
        for outlier in box.outliers {
            symbol(
                .ring, at: .init(x, scale.y(outlier)), Style(style.colour, lineWidth: 0.7),
                radius: 1.6)
        }
    }
}
