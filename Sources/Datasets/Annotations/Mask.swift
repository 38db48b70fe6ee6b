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

    /// Nearest neighbour, as PyTorch's: source pixel `floor(i * from / to)`.
    public func resized(height newHeight: Int, width newWidth: Int) -> Mask {
        var result = Mask(height: newHeight, width: newWidth)
        for y in 0..<newHeight {
            let row = y * height / newHeight * width
            for x in 0..<newWidth {
                result.pixels[y * newWidth + x] = pixels[row + x * width / newWidth]
            }
        }
        return result
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
