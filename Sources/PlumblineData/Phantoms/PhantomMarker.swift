/// A lead letter "L" on a tag beside the left shoulder: a shortcut that a model may learn.
public struct PhantomMarker: Sendable, Equatable {
    /// How much of the tissue's brightness the marker replaces: 0 (invisible) to 1.
    public var contrast: Float
    /// The size as a multiple of the usual one, which is 8% of the image's height.
    public var size: Float

    public init(contrast: Float = 1, size: Float = 1) {
        self.contrast = contrast
        self.size = size
    }

    /// The brightness at a point of the film, where the tissue's is `level`.
    ///
    /// - Parameters:
    ///   - u: from -1 (left) to 1 (right).
    ///   - v: from -1 (top) to 1 (bottom).
    func drawn(over level: Float, _ u: Float, _ v: Float) -> Float {
        let a = (u - 0.78) / size
        let b = (v + 0.80) / size
        let isStroke =
            (abs(a) < 0.022 && abs(b) < 0.08) || (a > -0.022 && a < 0.075 && abs(b - 0.06) < 0.02)
        return isStroke ? max(level, 0.95 * contrast + level * (1 - contrast)) : level
    }
}
