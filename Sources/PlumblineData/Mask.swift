/// A region of an image: one flag a pixel, row by row.
public struct Mask: Sendable, Equatable {
    public let height: Int, width: Int
    public var pixels: [Bool]

    public init(height: Int, width: Int, pixels: [Bool]? = nil) {
        (self.height, self.width) = (height, width)
        self.pixels = pixels ?? [Bool](repeating: false, count: height * width)
        precondition(
            self.pixels.count == height * width,
            "Mask: \(self.pixels.count) pixels for \(height)x\(width)")
    }

    public var area: Int { pixels.reduce(0) { $0 + ($1 ? 1 : 0) } }

    public mutating func formUnion(_ other: Mask) {
        precondition(
            height == other.height && width == other.width,
            "Mask: union of \(height)x\(width) and \(other.height)x\(other.width)")
        for index in pixels.indices where other.pixels[index] { pixels[index] = true }
    }

    /// Nearest neighbour, as PyTorch's `interpolate(mode="nearest")`.
    public func resized(height newHeight: Int, width newWidth: Int) -> Mask {
        var result = Mask(height: newHeight, width: newWidth)
        let columns = Self.nearestSources(from: width, to: newWidth)
        for (y, source) in Self.nearestSources(from: height, to: newHeight).enumerated() {
            let row = source * width
            for (x, column) in columns.enumerated() {
                result.pixels[y * newWidth + x] = pixels[row + column]
            }
        }
        return result
    }

    /// The source of each place of an axis: `floor(i * (from / to))` in float32, at most the last
    /// place. In exact arithmetic other places follow: for 2320 to 224, 7 of 224 differ.
    ///
    /// Source: `nearest_neighbor_compute_source_index` of PyTorch's ATen/native/UpSample.h.
    public static func nearestSources(from: Int, to: Int) -> [Int] {
        let scale = Float(from) / Float(to)
        return (0..<to).map { min(Int((Float($0) * scale).rounded(.down)), from - 1) }
    }

    /// Mirrored left to right.
    public var flipped: Mask {
        var result = self
        for y in 0..<height {
            for x in 0..<width { result.pixels[y * width + x] = pixels[y * width + width - 1 - x] }
        }
        return result
    }

    /// Turned as ``RasterImage/rotated(degrees:)`` turns the picture, by nearest neighbour.
    public func rotated(degrees: Float) -> Mask {
        let turn = Rotation(degrees: degrees, height: height, width: width)
        var result = Mask(height: height, width: width)
        for y in 0..<height {
            for x in 0..<width {
                let (sy, sx) = turn.source(y, x)
                let (py, px) = (Int(sy.rounded()), Int(sx.rounded()))
                if (0..<height).contains(py), (0..<width).contains(px) {
                    result.pixels[y * width + x] = pixels[py * width + px]
                }
            }
        }
        return result
    }
}
