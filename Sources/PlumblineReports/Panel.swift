import PlumblineData
import PlumblineMetrics

/// A picture of films beside their masks and their heat maps under several models, with a colour
/// bar.
public struct Panel {
    public struct Row {
        public var film: RasterImage, mask: Mask
        public var maps: [(title: String, map: HeatMap, caption: String)]

        public init(
            film: RasterImage, mask: Mask, maps: [(title: String, map: HeatMap, caption: String)]
        ) {
            (self.film, self.mask, self.maps) = (film, mask, maps)
        }
    }

    private static let gap = 8, header = 24, caption = 20, barWidth = 14

    /// Rows of equal size; each map is scaled to its own maximum.
    public static func draw(_ rows: [Row]) -> RasterImage {
        precondition(!rows.isEmpty, "Panel: no rows")
        let size = rows[0].film.height
        let columns = 2 + rows[0].maps.count
        let height = header + rows.count * (size + caption) + gap
        let width = gap + columns * (size + gap) + barWidth + 64
        var canvas = Canvas(height: height, width: width)
        for (column, title) in (["image", "mask"] + rows[0].maps.map(\.title)).enumerated() {
            canvas.write(title, top: 6, left: gap + column * (size + gap))
        }
        for (index, row) in rows.enumerated() {
            let top = header + index * (size + caption)
            canvas.draw(row.film, top: top, left: gap)
            canvas.draw(outlined(row.film, row.mask, fills: true), top: top, left: gap + size + gap)
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

    /// A film and its heat maps by many methods in a grid, each map from its own least to its own
    /// largest value, named, with the mask's border where given.
    public static func gallery(
        _ film: RasterImage, _ mask: Mask?,
        _ tiles: [(title: String, caption: String, map: HeatMap)], columns: Int
    ) -> RasterImage {
        let size = (height: film.height, width: film.width)
        let longest = tiles.map { Canvas.width(of: $0.title) }.max() ?? 0
        let cell = (height: size.height + 34, width: max(size.width, longest) + gap)
        let rows = (tiles.count + 1 + columns - 1) / columns
        var canvas = Canvas(
            height: gap + rows * cell.height, width: gap + columns * cell.width + barWidth + 34)
        func place(_ index: Int) -> (top: Int, left: Int) {
            (gap + index / columns * cell.height, gap + index % columns * cell.width)
        }
        let first = place(0)
        canvas.draw(
            mask.map { outlined(film, $0, fills: false) } ?? film, top: first.top, left: first.left)
        canvas.write("image", top: first.top + size.height + 5, left: first.left, scale: 1)
        for (index, tile) in tiles.enumerated() {
            let (top, left) = place(index + 1)
            let picture = overlay(film, stretched(tile.map), opacity: 0.65)
            canvas.draw(
                mask.map { outlined(picture, $0, fills: false) } ?? picture, top: top, left: left)
            canvas.write(tile.title, top: top + size.height + 5, left: left, scale: 1)
            canvas.write(tile.caption, top: top + size.height + 16, left: left, scale: 1)
        }
        bar(&canvas, top: gap, left: gap + columns * cell.width, height: size.height, low: "min")
        return canvas.image
    }

    /// Less its least value: some methods add a level to every pixel.
    private static func stretched(_ map: HeatMap) -> HeatMap {
        let low = map.values.filter(\.isFinite).min() ?? 0
        return HeatMap(height: map.height, width: map.width, values: map.values.map { $0 - low })
    }

    /// A film with its heat map laid over it.
    public static func overlay(_ film: RasterImage, _ map: HeatMap, opacity: Float = 0.5)
        -> RasterImage
    {
        let heat = coloured(map)
        var result = film.converted(channels: 3)
        precondition(
            result.values.count == heat.values.count,
            "overlay: a map of \(map.height)x\(map.width) on a film of \(film.height)x\(film.width)"
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

    /// The mask's border in green, and its inside tinted where wanted.
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
                let place = (y * mask.width + x) * 3
                let share: Float = isBorder ? 0.9 : 0.3
                for (channel, colour) in [Float(0.2), 0.95, 0.4].enumerated() {
                    result.values[place + channel] +=
                        share * (colour - result.values[place + channel])
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
