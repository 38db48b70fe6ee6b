import PlumblineData

/// A figure as flat shapes in points (1/72 inch), from the top left corner.
///
/// The layout makes it; the writers of SVG, PNG and PDF draw it.
struct Drawing {
    let width: Double
    let height: Double
    var shapes: [Shape] = []

    struct Stroke: Equatable {
        var colour: Style.Colour
        var width: Double
        var dash: [Double] = []
    }

    struct Rectangle: Equatable {
        var x: Double
        var y: Double
        var width: Double
        var height: Double

        var right: Double { x + width }
        var bottom: Double { y + height }
    }

    struct Label: Equatable {
        var text: String
        /// The place of the base line.
        var x: Double
        var y: Double
        /// The size of the letters in points.
        var size: Double
        var anchor: Mark.Anchor = .middle
        var isBold = false
        /// Degrees clockwise around the place.
        var angle = 0.0
        var colour = Style.Colour.black
    }

    /// How the pixels of an image are drawn.
    struct ImageLook: Equatable {
        /// From 0, invisible, to 1.
        var opacity = 1.0
        /// Whether colours are interpolated; otherwise pixels stay sharp squares.
        var isSmooth = false
    }

    enum Shape {
        /// Lines from point to point.
        case path([Mark.Point], isClosed: Bool, fill: Style.Colour?, stroke: Stroke?)
        case circle(Mark.Point, radius: Double, fill: Style.Colour?, stroke: Stroke?)
        case text(Label)
        /// Closed lines; what lies inside of an odd number of them is filled.
        case contours([[Mark.Point]], fill: Style.Colour?, stroke: Stroke?)
        case image(RasterImage, Rectangle, ImageLook)
        /// The shapes up to the next `endClip` are drawn inside of the rectangle only.
        case clip(Rectangle)
        case endClip
    }

    mutating func line(
        _ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double, _ stroke: Stroke
    ) {
        shapes.append(
            .path([.init(x0, y0), .init(x1, y1)], isClosed: false, fill: nil, stroke: stroke))
    }

    mutating func rectangle(_ area: Rectangle, fill: Style.Colour?, stroke: Stroke?) {
        shapes.append(
            .path(
                [
                    .init(area.x, area.y), .init(area.right, area.y),
                    .init(area.right, area.bottom), .init(area.x, area.bottom),
                ], isClosed: true, fill: fill, stroke: stroke))
    }

    /// Adds a text, which the caller has made printable before it measured it; no empty one.
    mutating func text(_ label: Label) {
        guard !label.text.isEmpty else { return }
        shapes.append(.text(label))
    }
}
