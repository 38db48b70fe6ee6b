extension AffineMap {
    /// A rotation about the centre.
    ///
    /// - Parameter degrees: counter-clockwise.
    package static func rotation(degrees: Float) -> AffineMap {
        RandomAffine.Draw(degrees: degrees, shear: 0, scale: 1, shiftY: 0, shiftX: 0).map
    }
}

extension RasterImage {
    /// Rotated about the centre, by bilinear interpolation.
    ///
    /// What comes from outside is black.
    ///
    /// - Parameter degrees: counter-clockwise.
    public func rotated(degrees: Float) -> RasterImage {
        AffineSampling(map: .rotation(degrees: degrees))(self)
    }
}

extension Mask {
    /// Rotated as ``RasterImage/rotated(degrees:)`` rotates the image, by nearest neighbour.
    public func rotated(degrees: Float) -> Mask {
        AffineSampling(map: .rotation(degrees: degrees))(self)
    }
}
