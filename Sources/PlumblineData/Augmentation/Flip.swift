extension AffineMap {
    /// Mirrored left to right.
    package static let flip = AffineMap(xx: -1)
    /// Mirrored top to bottom.
    package static let verticalFlip = AffineMap(yy: -1)
}

extension RasterImage {
    /// Mirrored left to right.
    public var flipped: RasterImage { AffineSampling(map: .flip)(self) }
}

extension Mask {
    /// Mirrored left to right.
    public var flipped: Mask { AffineSampling(map: .flip)(self) }
}
