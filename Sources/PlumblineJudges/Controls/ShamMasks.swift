import PlumblineData
import PlumblineTensors

/// The masks of the sham controls of an image.
public enum ShamMasks {
    /// A mask of the same shape and area in a random place.
    ///
    /// The mask is shifted by a random number of rows and columns; what leaves the image on one
    /// side comes back on the other. Of ``draws`` shifts, the one with the fewest pixels of the
    /// true mask is taken.
    ///
    /// - Parameter seed: the same seed gives the same mask.
    public static func elsewhere(_ mask: Mask, seed: UInt64) -> Mask {
        var random = RandomGenerator(seed: seed).stream("sham mask")
        var best: (mask: Mask, common: Int)?
        for _ in 0..<draws {
            let shifted = shifted(
                mask, rows: random.index(below: mask.height),
                columns: random.index(below: mask.width))
            let common = zip(shifted.pixels, mask.pixels).reduce(0) { $0 + ($1.0 && $1.1 ? 1 : 0) }
            if common < best?.common ?? .max { best = (shifted, common) }
        }
        return best?.mask ?? mask
    }

    /// The number of shifts that are tried.
    public static let draws = 8

    private static func shifted(_ mask: Mask, rows: Int, columns: Int) -> Mask {
        var result = Mask(height: mask.height, width: mask.width)
        for y in 0..<mask.height {
            let row = (y + rows) % mask.height * mask.width
            for x in 0..<mask.width where mask.pixels[y * mask.width + x] {
                result.pixels[row + (x + columns) % mask.width] = true
            }
        }
        return result
    }
}
