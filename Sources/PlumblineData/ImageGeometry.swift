/// Which part of an image the model sees, and at which scale.
///
/// The image, its masks and the maps of explanations all use it. It is a cut, a resize and a second
/// cut:
///
/// 1. ``part`` of the image is taken: all of it, except with ``ResizeRule/cropSquare``.
/// 2. The part is resized to ``resized``.
/// 3. ``crop`` is taken. It is the model's input.
public struct ImageGeometry: Sendable, Equatable {
    /// A rectangle of whole pixels.
    public struct Rectangle: Sendable, Equatable {
        public var y: Int
        public var x: Int
        public var height: Int
        public var width: Int

        public init(y: Int, x: Int, height: Int, width: Int) {
            self.y = y
            self.x = x
            self.height = height
            self.width = width
        }

        var rows: Range<Int> { y..<(y + height) }
        var columns: Range<Int> { x..<(x + width) }
    }

    /// The size of the image.
    public let source: Example.Size
    /// The part of the image that is resized.
    public let part: Rectangle
    /// The size of the part after resizing.
    public let resized: Example.Size
    /// The model's input, in pixels of the resized part.
    public let crop: Rectangle

    init(source: Example.Size, part: Rectangle? = nil, resized: Example.Size, crop: Rectangle) {
        self.source = source
        self.part = part ?? Rectangle(y: 0, x: 0, height: source.height, width: source.width)
        self.resized = resized
        self.crop = crop
    }

    /// The part of the image that the model sees, in whole pixels of the image.
    ///
    /// Its edges are rounded to the nearest whole pixel. It has one pixel at least.
    public var visible: Rectangle {
        let rows = Self.visible(
            crop.y, crop.height, of: resized.height, from: part.y, part.height)
        let columns = Self.visible(crop.x, crop.width, of: resized.width, from: part.x, part.width)
        return Rectangle(
            y: rows.lowerBound, x: columns.lowerBound, height: rows.count, width: columns.count)
    }

    /// Whether the model sees the whole image.
    public var showsAll: Bool {
        visible == Rectangle(y: 0, x: 0, height: source.height, width: source.width)
    }

    private static func visible(
        _ start: Int, _ length: Int, of resized: Int, from partStart: Int, _ part: Int
    ) -> Range<Int> {
        let scale = Double(part) / Double(resized)
        let low = Int((Double(start) * scale).rounded())
        let high = Int((Double(start + length) * scale).rounded())
        let first = partStart + min(low, part - 1)
        return first..<max(first + 1, partStart + min(high, part))
    }
}

extension Mask {
    /// The pixels of `rectangle`.
    func cropped(to rectangle: ImageGeometry.Rectangle) -> Mask {
        var result = Mask(height: rectangle.height, width: rectangle.width)
        for y in 0..<rectangle.height {
            let row = (rectangle.y + y) * width + rectangle.x
            result.pixels.replaceSubrange(
                (y * rectangle.width)..<((y + 1) * rectangle.width),
                with: pixels[row..<(row + rectangle.width)])
        }
        return result
    }

    /// The mask at the size of the model's input, by the same cuts and scale as the image.
    ///
    /// Resizing is by nearest neighbour, as PyTorch's `interpolate(mode="nearest")`.
    public func resized(by geometry: ImageGeometry) -> Mask {
        let part = geometry.part
        let crop = geometry.crop
        let rows = Self.nearestSources(
            from: part.height, to: geometry.resized.height, at: crop.rows)
        let columns = Self.nearestSources(
            from: part.width, to: geometry.resized.width, at: crop.columns)
        var result = Mask(height: crop.height, width: crop.width)
        for (y, source) in rows.enumerated() {
            let row = (part.y + source) * width + part.x
            for (x, column) in columns.enumerated() {
                result.pixels[y * crop.width + x] = pixels[row + column]
            }
        }
        return result
    }
}

extension RasterImage {
    /// The pixels of `rectangle`.
    public func cropped(to rectangle: ImageGeometry.Rectangle) -> RasterImage {
        var result = RasterImage(
            height: rectangle.height, width: rectangle.width, channels: channels)
        let length = rectangle.width * channels
        for y in 0..<rectangle.height {
            let row = ((rectangle.y + y) * width + rectangle.x) * channels
            result.values.replaceSubrange(
                (y * length)..<((y + 1) * length), with: values[row..<(row + length)])
        }
        return result
    }
}
