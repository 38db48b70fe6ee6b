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
    public var area: Int {
        pixels.withUnsafeBytes { bytes in
            var count: Int32 = 0
            for byte in bytes { count &+= Int32(byte) }
            return Int(count)
        }
    }

    /// The smallest box around all pixels that are set.
    var filledBox: Mask {
        var box = Mask(height: height, width: width)
        guard let first = pixels.firstIndex(of: true), let last = pixels.lastIndex(of: true) else {
            return box
        }
        let rows = (first / width)...(last / width)
        var left = width
        var right = 0
        for y in rows {
            let row = pixels[(y * width)..<((y + 1) * width)]
            guard let start = row.firstIndex(of: true), let end = row.lastIndex(of: true) else {
                continue
            }
            left = min(left, start - row.startIndex)
            right = max(right, end - row.startIndex)
        }
        for y in rows { for x in left...right { box.pixels[y * width + x] = true } }
        return box
    }

    /// Sets the pixels of another mask of the same size too.
    public mutating func formUnion(_ other: Mask) {
        precondition(
            height == other.height && width == other.width,
            "Mask: union of \(height)x\(width) and \(other.height)x\(other.width)")
        for index in pixels.indices where other.pixels[index] { pixels[index] = true }
    }

    /// Takes the pixels of another mask of the same size out.
    mutating func subtract(_ other: Mask) {
        precondition(
            height == other.height && width == other.width,
            "Mask: \(height)x\(width) without \(other.height)x\(other.width)")
        for index in pixels.indices where other.pixels[index] { pixels[index] = false }
    }

    /// Takes the pixels of a rectangle out.
    mutating func remove(_ rectangle: ImageGeometry.Rectangle) {
        for y in rectangle.rows {
            for x in rectangle.columns { pixels[y * width + x] = false }
        }
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
}
