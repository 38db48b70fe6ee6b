/// Where each pixel of a changed image comes from: an affine map of positions.
///
/// Positions are pixel centres, counted from the centre of the image. `y` runs down.
package struct AffineMap: Equatable {
    /// `source.y = yy * y + yx * x + offsetY`.
    package var yy: Float = 1
    package var yx: Float = 0
    /// `source.x = xy * y + xx * x + offsetX`.
    package var xy: Float = 0
    package var xx: Float = 1
    package var offsetY: Float = 0
    package var offsetX: Float = 0

    package init(
        yy: Float = 1, yx: Float = 0, xy: Float = 0, xx: Float = 1, offsetY: Float = 0,
        offsetX: Float = 0
    ) {
        self.yy = yy
        self.yx = yx
        self.xy = xy
        self.xx = xx
        self.offsetY = offsetY
        self.offsetX = offsetX
    }

    package static let identity = AffineMap()

    /// The map of an image that is first changed by this map, and then by `next`.
    package func then(_ next: AffineMap) -> AffineMap {
        // A pixel of the result is followed back through `next` first.
        AffineMap(
            yy: yy * next.yy + yx * next.xy, yx: yy * next.yx + yx * next.xx,
            xy: xy * next.yy + xx * next.xy, xx: xy * next.yx + xx * next.xx,
            offsetY: yy * next.offsetY + yx * next.offsetX + offsetY,
            offsetX: xy * next.offsetY + xx * next.offsetX + offsetX)
    }
}
