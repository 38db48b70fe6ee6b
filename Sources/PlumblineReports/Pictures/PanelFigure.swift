import Foundation
import PlumblineData
import PlumblineMetrics

/// Images with their masks, and their heat maps under several models.
public enum PanelFigure {
    /// One image.
    public struct Row {
        public var name: String
        public var image: RasterImage
        public var mask: Mask
        /// A map per model, of any size, with the numbers below it.
        public var maps: [(title: String, map: HeatMap, caption: String)]

        public init(
            name: String, image: RasterImage, mask: Mask,
            maps: [(title: String, map: HeatMap, caption: String)]
        ) {
            self.name = name
            self.image = image
            self.mask = mask
            self.maps = maps
        }
    }

    /// A row per image: the image, its mask, and the maps with the border of the mask.
    ///
    /// Each map is scaled from 0 to its own maximum.
    ///
    /// - Parameters:
    ///   - rows: at least one; all with the same number of maps.
    ///   - width: in millimetres (``Figure/widths``).
    ///   - what: written first in the caption, such as the method and the class; may be empty.
    public static func figure(
        _ rows: [Row], what: String = "", width: Double = 175, colours: ColourMap = .inferno
    ) -> Figure {
        precondition(!rows.isEmpty, "PanelFigure: no rows")
        let cells = rows.enumerated().flatMap { index, row in
            tiles(row, isFirst: index == 0, colours).map(Figure.Cell.tile)
        }
        let text = "The line is the border of the mask. Each map is scaled to its own maximum."
        return Figure(
            width: width, columns: 2 + rows[0].maps.count, cells: cells,
            colourBars: [ColourBar(colours, low: "0", high: "maximum of the map")],
            caption: [what.isEmpty ? text : "\(what). \(text)"])
    }

    /// The mass accuracy as it stands below a map.
    public static func caption(_ massAccuracy: Measured) -> String {
        massAccuracy.value.map { String(format: "mass accuracy %.2f", $0) }
            ?? "missing: \(massAccuracy.reason!.rawValue)"
    }

    private static func tiles(_ row: Row, isFirst: Bool, _ colours: ColourMap) -> [FigureTile] {
        let image = FigureTile(
            title: isFirst ? "image" : "", image: row.image, lines: [.init(row.name)])
        let mask = FigureTile(
            title: isFirst ? "mask" : "", image: row.image,
            outlines: [.init(row.mask, isFilled: true)])
        let maps = row.maps.map {
            FigureTile(
                title: isFirst ? $0.title : "", image: nil,
                map: ColouredMap($0.map, colours, .fromZero),
                outlines: [.init(row.mask)], lines: [.init($0.caption)], shape: image.aspect)
        }
        return [image, mask] + maps
    }
}
