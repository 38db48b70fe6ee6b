import PlumblineData
import PlumblineMetrics

/// A map as a grey picture of 8 bits, and the value that its ends stand for.
struct GreyMap {
    let picture: RasterImage
    /// The largest value; of a signed map the largest distance from zero.
    let scale: Float

    /// - Parameter isSigned: grey level 128 is zero, and 1 and 255 are the two ends. Otherwise
    ///   black is zero.
    /// - Returns: `nil` for a map with a value that is not finite.
    init?(_ map: HeatMap, isSigned: Bool) {
        guard map.values.allSatisfy(\.isFinite) else { return nil }
        let scale = map.values.reduce(0) { max($0, abs($1)) }
        self.scale = scale
        let divisor = scale > 0 ? scale : 1
        picture = RasterImage(
            height: map.height, width: map.width, channels: 1,
            values: map.values.map { value in
                let share = value / divisor
                return isSigned ? (128 + 127 * share) / 255 : max(0, share)
            })
    }
}
