import PlumblineData
import PlumblineMetrics

/// An image with a heat map drawn over it.
public enum OverlayFigure {
    /// The opacity of the map.
    public static let opacity = 0.5

    /// The picture alone, pixel by pixel; the map has the image's size.
    ///
    /// It is scaled from 0 to its maximum; with a negative value, it gets diverging colours.
    public static func picture(
        _ image: RasterImage, _ map: HeatMap, colours: ColourMap = .inferno
    ) -> RasterImage {
        ColouredMap(fitting: map, colours, opacity: opacity).over(image)
    }

    /// A figure with the image beside it, the colours of the map and their values.
    ///
    /// - Parameters:
    ///   - map: with signs or without; a map with a negative value gets diverging colours.
    ///   - width: in millimetres (``Figure/widths``).
    ///   - caption: paragraphs below.
    public static func figure(
        _ image: RasterImage, _ map: HeatMap, width: Double = 85, colours: ColourMap = .inferno,
        caption: [String] = []
    ) -> Figure {
        let coloured = ColouredMap(fitting: map, colours, opacity: opacity)
        return Figure(
            width: width, columns: 2,
            cells: [
                .tile(FigureTile(image: image)), .tile(FigureTile(image: image, map: coloured)),
            ], colourBars: [coloured.bar("relevance")], caption: caption)
    }
}
