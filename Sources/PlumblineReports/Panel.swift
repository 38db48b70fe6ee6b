import PlumblineData
import PlumblineMetrics

/// Draws images with their masks and their heat maps, and a colour bar.
public struct Panel {
    public struct Row {
        public var image: RasterImage, mask: Mask
        public var maps: [(title: String, map: HeatMap, caption: String)]

        public init(
            image: RasterImage, mask: Mask, maps: [(title: String, map: HeatMap, caption: String)]
        ) {
            self.image = image
            self.mask = mask
            self.maps = maps
        }
    }

    private static let gap = 8, header = 24, caption = 20, barWidth = 14

    /// Draws rows of equal size.
    ///
    /// Each map is scaled to its own maximum.
    public static func draw(_ rows: [Row]) -> RasterImage {
        precondition(!rows.isEmpty, "Panel: no rows")
        let size = rows[0].image.height
        let columns = 2 + rows[0].maps.count
        let height = header + rows.count * (size + caption) + gap
        let width = gap + columns * (size + gap) + barWidth + 64
        var canvas = Canvas(height: height, width: width)
        for (column, title) in (["image", "mask"] + rows[0].maps.map(\.title)).enumerated() {
            canvas.write(title, top: 6, left: gap + column * (size + gap))
        }
        for (index, row) in rows.enumerated() {
            let top = header + index * (size + caption)
            canvas.draw(row.image, top: top, left: gap)
            canvas.draw(
                outlined(row.image, row.mask, fills: true), top: top, left: gap + size + gap)
            for (column, entry) in row.maps.enumerated() {
                let left = gap + (column + 2) * (size + gap)
                canvas.draw(
                    outlined(coloured(entry.map), row.mask, fills: false), top: top, left: left)
                canvas.write(entry.caption, top: top + size + 4, left: left, scale: 1)
            }
        }
        bar(&canvas, top: header, left: gap + columns * (size + gap), height: size)
        return canvas.image
    }

    /// A grid of an image and its heat maps by many methods.
    ///
    /// Each map is scaled from its smallest to its largest value. If there is a mask, its border is
    /// drawn.
    public static func gallery(
        _ image: RasterImage, _ mask: Mask?,
        _ tiles: [(title: String, caption: String, map: HeatMap)], columns: Int
    ) -> RasterImage {
        let size = (height: image.height, width: image.width)
        let longest = tiles.map { Canvas.width(of: $0.title) }.max() ?? 0
        let cell = (height: size.height + 34, width: max(size.width, longest) + gap)
        let rows = (tiles.count + 1 + columns - 1) / columns
        var canvas = Canvas(
            height: gap + rows * cell.height, width: gap + columns * cell.width + barWidth + 34)
        func corner(_ index: Int) -> (top: Int, left: Int) {
            (gap + index / columns * cell.height, gap + index % columns * cell.width)
        }
        let first = corner(0)
        canvas.draw(
            mask.map { outlined(image, $0, fills: false) } ?? image, top: first.top,
            left: first.left)
        canvas.write("image", top: first.top + size.height + 5, left: first.left, scale: 1)
        for (index, tile) in tiles.enumerated() {
            let (top, left) = corner(index + 1)
            let picture = overlay(image, stretched(tile.map), opacity: 0.65)
            canvas.draw(
                mask.map { outlined(picture, $0, fills: false) } ?? picture, top: top, left: left)
            canvas.write(tile.title, top: top + size.height + 5, left: left, scale: 1)
            canvas.write(tile.caption, top: top + size.height + 16, left: left, scale: 1)
        }
        bar(&canvas, top: gap, left: gap + columns * cell.width, height: size.height, low: "min")
        return canvas.image
    }

    /// The map minus its smallest value.
    ///
    /// Some methods add a constant to every pixel.
    private static func stretched(_ map: HeatMap) -> HeatMap {
        let low = map.values.filter(\.isFinite).min() ?? 0
        return HeatMap(height: map.height, width: map.width, values: map.values.map { $0 - low })
    }

    /// An image with its heat map drawn over it.
    public static func overlay(_ image: RasterImage, _ map: HeatMap, opacity: Float = 0.5)
        -> RasterImage
    {
        let heat = coloured(map)
        var result = image.converted(channels: 3)
        precondition(
            result.values.count == heat.values.count,
            "overlay: a map of \(map.height)x\(map.width) on an image of "
                + "\(image.height)x\(image.width)"
        )
        for index in result.values.indices {
            result.values[index] += opacity * (heat.values[index] - result.values[index])
        }
        return result
    }

    private static func coloured(_ map: HeatMap) -> RasterImage {
        let finite = map.values.filter(\.isFinite)
        let high = max(finite.max() ?? 0, 1e-30)
        let values = map.values.flatMap { value -> [Float] in
            guard value.isFinite else { return [0.5, 0.5, 0.5] }
            let (r, g, b) = ColourMap.colour(value / high)
            return [r, g, b]
        }
        return RasterImage(height: map.height, width: map.width, channels: 3, values: values)
    }

    /// Draws the border of the mask in green.
    ///
    /// If `fills`, its inside is tinted too.
    private static func outlined(_ picture: RasterImage, _ mask: Mask, fills: Bool) -> RasterImage {
        var result = picture.converted(channels: 3)
        func isInside(_ y: Int, _ x: Int) -> Bool {
            (0..<mask.height).contains(y) && (0..<mask.width).contains(x)
                && mask.pixels[y * mask.width + x]
        }
        for y in 0..<mask.height {
            for x in 0..<mask.width where isInside(y, x) {
                let isBorder =
                    !isInside(y - 1, x) || !isInside(y + 1, x) || !isInside(y, x - 1)
                    || !isInside(y, x + 1)
                guard isBorder || fills else { continue }
                let offset = (y * mask.width + x) * 3
                let share: Float = isBorder ? 0.9 : 0.3
                for (channel, colour) in [Float(0.2), 0.95, 0.4].enumerated() {
                    result.values[offset + channel] +=
                        share * (colour - result.values[offset + channel])
                }
            }
        }
        return result
    }

    private static func bar(
        _ canvas: inout Canvas, top: Int, left: Int, height: Int, low: String = "0"
    ) {
        for y in 0..<height {
            for x in 0..<barWidth {
                canvas.set(top + y, left + x, ColourMap.colour(1 - Float(y) / Float(height - 1)))
            }
        }
        canvas.write("max", top: top, left: left + barWidth + 4, scale: 1)
        canvas.write(low, top: top + height - 8, left: left + barWidth + 4, scale: 1)
    }
}
