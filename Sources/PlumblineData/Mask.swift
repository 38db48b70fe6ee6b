/// The pixels of an image that belong to something: one flag per pixel.
public struct Mask: Sendable, Equatable {
    public let height: Int
    public let width: Int
    /// Row by row.
    public var pixels: [Bool]

    /// - Parameter pixels: `height x width` flags; by default none is set.
    public init(height: Int, width: Int, pixels: [Bool]? = nil) {
        self.height = height
        self.width = width
        self.pixels = pixels ?? [Bool](repeating: false, count: height * width)
        precondition(
            self.pixels.count == height * width,
            "Mask: \(self.pixels.count) pixels for \(height)x\(width)")
    }

    /// The number of pixels that are set.
    public var area: Int { pixels.reduce(0) { $0 + ($1 ? 1 : 0) } }

    /// Sets the pixels of another mask of the same size too.
    public mutating func formUnion(_ other: Mask) {
        precondition(
            height == other.height && width == other.width,
            "Mask: union of \(height)x\(width) and \(other.height)x\(other.width)")
        for index in pixels.indices where other.pixels[index] { pixels[index] = true }
    }

    /// Nearest neighbour, as PyTorch's `interpolate(mode="nearest")`.
    public func resized(height newHeight: Int, width newWidth: Int) -> Mask {
        resized(
            by: ImageGeometry(
                source: Example.Size(height: height, width: width),
                resized: Example.Size(height: newHeight, width: newWidth),
                crop: ImageGeometry.Rectangle(y: 0, x: 0, height: newHeight, width: newWidth)))
    }

    /// The source index of each index of a resized axis.
    ///
    /// It is `floor(i * (from / to))` in float32, and at most the last index. Exact arithmetic
    /// gives other indices: from 2320 to 224, 7 of 224 differ.
    ///
    /// Source: `nearest_neighbor_compute_source_index` of PyTorch's ATen/native/UpSample.h.
    ///
    /// - Parameter indices: the entries of the resized axis; all by default.
    public static func nearestSources(
        from: Int, to: Int, at indices: Range<Int>? = nil
    ) -> [Int] {
        let scale = Float(from) / Float(to)
        return (indices ?? 0..<to).map { min(Int((Float($0) * scale).rounded(.down)), from - 1) }
    }

    /// Mirrored left to right.
    public var flipped: Mask {
        var result = self
        for y in 0..<height {
            for x in 0..<width { result.pixels[y * width + x] = pixels[y * width + width - 1 - x] }
        }
        return result
    }

    /// Rotated as ``RasterImage/rotated(degrees:)`` rotates the image, by nearest neighbour.
    public func rotated(degrees: Float) -> Mask {
        let rotation = Rotation(degrees: degrees, height: height, width: width)
        var result = Mask(height: height, width: width)
        for y in 0..<height {
            for x in 0..<width {
                let source = rotation.source(y, x)
                let sourceY = Int(source.y.rounded())
                let sourceX = Int(source.x.rounded())
                if (0..<height).contains(sourceY), (0..<width).contains(sourceX) {
                    result.pixels[y * width + x] = pixels[sourceY * width + sourceX]
                }
            }
        }
        return result
    }
}
