/// A box of an annotation file, in pixels from the left upper corner of the image.
struct PixelBox {
    var x: Double
    var y: Double
    var width: Double
    var height: Double

    /// The box in an image of another size.
    func scaled(x scaleX: Double, y scaleY: Double) -> PixelBox {
        PixelBox(
            x: x * scaleX, y: y * scaleY, width: width * scaleX, height: height * scaleY)
    }

    /// The region of the box.
    ///
    /// A box without area or outside of the image is left out, and one that crosses the border is
    /// cut there. Both are counted.
    ///
    /// - Parameter place: where the box was read, for messages.
    /// - Throws: ``DatasetError`` for sides that are not finite, and for an image size that no
    ///   image has.
    func region(
        _ size: Example.Size, place: String, _ omitted: inout OmissionCounter
    ) throws -> Region? {
        guard [x, y, width, height].allSatisfy(\.isFinite) else {
            throw DatasetError(place, "the numbers of a box must be finite")
        }
        guard width > 0, height > 0 else {
            omitted.add("boxes without area are left out", place)
            return nil
        }
        let right = min(x + width, Double(size.width))
        let bottom = min(y + height, Double(size.height))
        let left = max(x, 0)
        let top = max(y, 0)
        guard left < right, top < bottom else {
            omitted.add("boxes outside of their image are left out", place)
            return nil
        }
        if (left, top) != (x, y) || right < x + width || bottom < y + height {
            omitted.add("boxes are cut at the border of their image", place)
        }
        return try Region(
            Region.Box(x: left, y: top, width: right - left, height: bottom - top),
            height: size.height, width: size.width, name: place)
    }
}
