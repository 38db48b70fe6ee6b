extension Style {
    var stroke: Drawing.Stroke { .init(colour: colour, width: lineWidth, dash: dash) }

    /// Its line without dashes, for outlines.
    var solidStroke: Drawing.Stroke { .init(colour: colour, width: lineWidth) }
}

extension Drawing {
    /// Draws a symbol of about 5 points.
    mutating func symbol(
        _ symbol: Style.Symbol, at place: Mark.Point, _ style: Style, radius r: Double = 2.6
    ) {
        let (x, y) = (place.x, place.y)
        let fill = style.colour.with(opacity: 0.75)
        let edge = Stroke(colour: style.colour, width: 0.8)
        func polygon(_ corners: [(Double, Double)]) -> Shape {
            .path(
                corners.map { .init(x + $0.0 * r, y + $0.1 * r) }, isClosed: true, fill: fill,
                stroke: edge)
        }
        switch symbol {
        case .circle: shapes.append(.circle(place, radius: r, fill: fill, stroke: edge))
        case .ring: shapes.append(.circle(place, radius: r, fill: nil, stroke: style.solidStroke))
        case .square: shapes.append(polygon([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]))
        case .triangle: shapes.append(polygon([(0, -1.15), (1.05, 0.8), (-1.05, 0.8)]))
        case .downTriangle: shapes.append(polygon([(0, 1.15), (1.05, -0.8), (-1.05, -0.8)]))
        case .diamond: shapes.append(polygon([(0, -1.25), (1.05, 0), (0, 1.25), (-1.05, 0)]))
        case .cross:
            line(x - r, y - r, x + r, y + r, style.solidStroke)
            line(x - r, y + r, x + r, y - r, style.solidStroke)
        case .plus:
            line(x - r * 1.2, y, x + r * 1.2, y, style.solidStroke)
            line(x, y - r * 1.2, x, y + r * 1.2, style.solidStroke)
        }
    }
}
