import PlumblineData

/// A picture in a figure: an image, a heat map over it, outlines, and lines of text below.
///
/// Image and map are embedded at their own resolution. Outlines are drawn as lines.
public struct FigureTile: Sendable {
    /// A line of text below the picture.
    public struct Line: Sendable, Equatable {
        public var text: String
        public var colour: Style.Colour

        public init(_ text: String, _ colour: Style.Colour = .black) {
            self.text = text
            self.colour = colour
        }
    }

    /// The border of a mask, which covers the whole picture at any resolution.
    public struct Outline: Sendable {
        public var mask: Mask
        public var style: Style
        /// Whether the inside is tinted too.
        public var isFilled: Bool

        public init(_ mask: Mask, _ style: Style = .outline, isFilled: Bool = false) {
            self.mask = mask
            self.style = style
            self.isFilled = isFilled
        }
    }

    /// Written above the picture; empty for none.
    public var title: String
    /// `nil` where the map is drawn alone.
    public var image: RasterImage?
    public var map: ColouredMap?
    public var outlines: [Outline]
    public var lines: [Line]
    /// Height divided by width; `nil` for that of the image or else of the map.
    public var shape: Double?

    public init(
        title: String = "", image: RasterImage?, map: ColouredMap? = nil,
        outlines: [Outline] = [], lines: [Line] = [], shape: Double? = nil
    ) {
        self.title = title
        self.image = image
        self.map = map
        self.outlines = outlines
        self.lines = lines
        self.shape = shape
    }

    var aspect: Double {
        if let shape { return shape }
        if let image { return Double(image.height) / Double(image.width) }
        return map.map { Double($0.map.height) / Double($0.map.width) } ?? 1
    }
}

extension Style {
    /// Green, which none of the colour maps ends in, with an edge that shows on light and dark.
    public static let outline = Style(.init(0.20, 0.95, 0.40), lineWidth: 1)
}
