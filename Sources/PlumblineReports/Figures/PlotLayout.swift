import PlumblineStorage

/// Places the axes of a plot, its texts and its marks.
struct PlotLayout: CellLayout {
    private static let tickLength = 3.0
    /// Names on an axis are cut at this width.
    private static let longestName = 110.0

    private let plot: Plot
    private let ruler: TextRuler
    private let width: Double
    private let xTicks: [Axis.Tick]
    private let yTicks: [Axis.Tick]
    private let left: Double
    private let top: Double
    private let bottom: Double
    private let areaWidth: Double
    private let turnsNames: Bool

    /// - Parameter width: of the plot with its texts, in points.
    init(_ plot: Plot, width: Double, _ ruler: TextRuler) {
        self.plot = plot
        self.width = width
        self.ruler = ruler
        let size = FigureLayout.tickSize
        func cut(_ ticks: [Axis.Tick]) -> [Axis.Tick] {
            ticks.map {
                Axis.Tick(
                    place: $0.place,
                    text: ruler.fitted($0.text.printable, size: size, within: Self.longestName))
            }
        }
        func widest(_ ticks: [Axis.Tick]) -> Double {
            ticks.map { ruler.width($0.text, size: size) }.max() ?? 0
        }
        xTicks = cut(plot.x.ticks)
        yTicks = cut(plot.y.ticks)
        let labelRoom = FigureLayout.labelSize + 5
        left =
            (plot.y.label.isEmpty ? 2 : labelRoom)
            + (yTicks.isEmpty ? 0 : widest(yTicks) + Self.tickLength + 2)
        areaWidth = max(20, width - left - 6)
        let span = plot.x.range.upperBound - plot.x.range.lowerBound
        let slot = areaWidth / span
        if case .names = plot.x.scale {
            turnsNames = widest(xTicks) > slot - 4
        } else {
            turnsNames = false
        }
        // The sine of the angle below.
        let names = turnsNames ? widest(xTicks) * 0.57 + size : size
        let ticks = xTicks.isEmpty ? 0 : names + Self.tickLength + 2
        bottom = ticks + (plot.x.label.isEmpty ? 2 : labelRoom)
        top = plot.title.isEmpty ? 4 : FigureLayout.titleSize + 6
    }

    /// The height of the plot with its texts, in points.
    var height: Double { top + areaWidth * plot.aspect + bottom }

    func draw(on drawing: inout Drawing, left cellLeft: Double, top cellTop: Double) {
        let area = Drawing.Rectangle(
            x: cellLeft + left, y: cellTop + top, width: areaWidth,
            height: areaWidth * plot.aspect)
        let scale = PlotScale(x: plot.x.range, y: plot.y.range, area: area)
        drawGrid(scale, on: &drawing)
        drawing.shapes.append(.clip(area))
        for mark in plot.marks { drawing.add(mark, scale) }
        drawing.shapes.append(.endClip)
        for mark in plot.marks { drawing.addTexts(of: mark, scale, ruler) }
        let edge = Drawing.Stroke(colour: .grey, width: 0.7)
        drawing.rectangle(area, fill: nil, stroke: edge)
        drawTicks(scale, on: &drawing)
        drawLabels(area, cellLeft, on: &drawing)
    }

    private func drawGrid(_ scale: PlotScale, on drawing: inout Drawing) {
        let line = Drawing.Stroke(colour: .lightGrey, width: 0.5)
        let area = scale.area
        if case .numbers = plot.y.scale {
            for tick in yTicks {
                let y = scale.y(tick.place)
                drawing.line(area.x, y, area.right, y, line)
            }
        }
        if case .numbers = plot.x.scale {
            for tick in xTicks {
                let x = scale.x(tick.place)
                drawing.line(x, area.y, x, area.bottom, line)
            }
        }
    }

    private func drawTicks(_ scale: PlotScale, on drawing: inout Drawing) {
        let line = Drawing.Stroke(colour: .grey, width: 0.7)
        let area = scale.area
        let size = FigureLayout.tickSize
        for tick in xTicks {
            let x = scale.x(tick.place)
            drawing.line(x, area.bottom, x, area.bottom + Self.tickLength, line)
            let y = area.bottom + Self.tickLength + size
            drawing.text(
                .init(
                    text: tick.text, x: turnsNames ? x + 3 : x, y: y, size: size,
                    anchor: turnsNames ? .end : .middle, angle: turnsNames ? -35 : 0))
        }
        for tick in yTicks {
            let y = scale.y(tick.place)
            drawing.line(area.x - Self.tickLength, y, area.x, y, line)
            drawing.text(
                .init(
                    text: tick.text, x: area.x - Self.tickLength - 2, y: y + size * 0.35,
                    size: size, anchor: .end))
        }
    }

    private func drawLabels(
        _ area: Drawing.Rectangle, _ cellLeft: Double, on drawing: inout Drawing
    ) {
        let size = FigureLayout.labelSize
        func fitted(_ text: String, _ size: Double, _ room: Double) -> String {
            ruler.fitted(text.printable, size: size, within: room)
        }
        drawing.text(
            .init(
                text: fitted(plot.x.label, size, width), x: area.x + area.width / 2,
                y: area.bottom + bottom - 4, size: size))
        drawing.text(
            .init(
                text: fitted(plot.y.label, size, height), x: cellLeft + size,
                y: area.y + area.height / 2, size: size, angle: -90))
        drawing.text(
            .init(
                text: fitted(plot.title, FigureLayout.titleSize, width),
                x: area.x + area.width / 2, y: area.y - 5, size: FigureLayout.titleSize,
                isBold: true))
    }
}

/// From the numbers of two axes to places in the drawing.
struct PlotScale {
    let x: ClosedRange<Double>
    let y: ClosedRange<Double>
    let area: Drawing.Rectangle

    func x(_ value: Double) -> Double {
        area.x + (value - x.lowerBound) / (x.upperBound - x.lowerBound) * area.width
    }

    func y(_ value: Double) -> Double {
        area.bottom - (value - y.lowerBound) / (y.upperBound - y.lowerBound) * area.height
    }

    func point(_ point: Mark.Point) -> Mark.Point { .init(x(point.x), y(point.y)) }
}
