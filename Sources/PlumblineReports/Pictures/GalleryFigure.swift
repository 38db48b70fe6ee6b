import PlumblineData
import PlumblineMetrics

/// An image and its heat maps by many methods.
public enum GalleryFigure {
    /// The map of one method.
    public struct Entry {
        public var title: String
        public var caption: String
        public var map: HeatMap

        public init(title: String, caption: String, map: HeatMap) {
            self.title = title
            self.caption = caption
            self.map = map
        }
    }

    /// A grid: the image first, then one picture per method, row by row.
    ///
    /// Each map is scaled from its smallest to its largest value; with signs, from minus to plus
    /// its largest distance from zero. If there is a mask, its border is drawn.
    ///
    /// - Parameters:
    ///   - isSigned: whether the maps have signs, and get diverging colours.
    ///   - width: in millimetres (``Figure/widths``).
    ///   - what: written first in the caption, such as the class; may be empty.
    public static func figure(
        _ image: RasterImage, _ mask: Mask?, _ entries: [Entry], what: String = "",
        isSigned: Bool = false, columns: Int = 6, width: Double = 175,
        colours: ColourMap = .inferno
    ) -> Figure {
        let colours = isSigned ? .diverging : colours
        let scale = isSigned ? ColouredMap.Scale.signed : .wholeRange
        let outlines = mask.map { [FigureTile.Outline($0)] } ?? []
        let first = FigureTile(title: "image", image: image, outlines: outlines)
        let tiles = entries.map {
            FigureTile(
                title: $0.title, image: image,
                map: ColouredMap($0.map, colours, scale, opacity: 0.65),
                outlines: outlines, lines: [.init($0.caption)])
        }
        var text =
            isSigned
            ? "Each map is scaled to its largest distance from zero."
            : "Each map is scaled from its smallest to its largest value."
        if mask != nil { text += " The line is the border of the mask." }
        return Figure(
            width: width, columns: columns, cells: ([first] + tiles).map(Figure.Cell.tile),
            colourBars: [
                ColourBar(
                    colours, low: isSigned ? "against the class" : "minimum",
                    high: isSigned ? "for the class" : "maximum of the map")
            ],
            caption: [what.isEmpty ? text : "\(what). \(text)"])
    }
}
