import PlumblineData

/// Something that is drawn between the axes of a plot.
///
/// Places are in the numbers of the axes. A place that is not finite is not drawn: it interrupts a
/// line.
public enum Mark: Sendable {
    /// A line through points.
    case line([Point], Style, label: String? = nil)
    /// The area between two curves over the same places.
    case band(x: [Double], low: [Double], high: [Double], Style)
    /// Box plots at places of the x axis.
    case boxes([Box], Style, label: String? = nil)
    /// A symbol at each point, with a text beside it where there is one.
    case points([Point], Style, texts: [String] = [], label: String? = nil)
    /// Bars from 0, at places of the x axis, `width` of a place wide.
    case bars([Point], width: Double = 0.8, Style, label: String? = nil)
    /// A text at a point.
    case text(String, Point, Anchor, Style)
    /// An image, from its lower left corner to its upper right one.
    case image(RasterImage, from: Point, to: Point)
    /// A line across the whole plot, at a place of the y axis.
    case horizontal(Double, Style)
    /// A line across the whole plot, at a place of the x axis.
    case vertical(Double, Style)

    /// Which point of a text is at its place.
    public enum Anchor: Sendable {
        case start
        case middle
        case end
    }

    /// A place in the numbers of the axes.
    public struct Point: Sendable, Equatable {
        public var x: Double
        public var y: Double

        public init(_ x: Double, _ y: Double) {
            self.x = x
            self.y = y
        }

        var isFinite: Bool { x.isFinite && y.isFinite }
    }

    /// The label in the legend; `nil` for none.
    var label: String? {
        switch self {
        case .line(_, _, let label), .boxes(_, _, let label), .points(_, _, _, let label),
            .bars(_, _, _, let label):
            label
        case .band, .text, .image, .horizontal, .vertical: nil
        }
    }
}
