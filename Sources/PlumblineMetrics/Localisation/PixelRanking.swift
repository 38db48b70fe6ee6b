/// The pixels of a map from the largest value to the smallest.
///
/// Several metrics ask for it, so it is computed once per map.
public struct PixelRanking: Sendable {
    /// A pixel with its place in the order as a number: equal values have equal keys.
    struct Pixel {
        var key: UInt32
        /// The index of the pixel; the highest bit says whether it is marked.
        private var bits: UInt32

        private static let mark: UInt32 = 1 << 31

        /// The index of a pixel and its mark in one number.
        @inline(__always)
        static func bits(_ index: Int, isMarked: Bool) -> UInt32 {
            UInt32(truncatingIfNeeded: index) | (isMarked ? mark : 0)
        }

        /// The index of the pixel that ``bits(_:isMarked:)`` says.
        @inline(__always)
        static func index(_ bits: UInt32) -> Int { Int(bits & ~mark) }

        @inline(__always)
        init(_ value: Float, bits: UInt32) {
            // Descending: the bits that order the values, inverted.
            key = ~orderedBits(value)
            self.bits = bits
        }

        @inline(__always) var index: Int { Self.index(bits) }
        @inline(__always) var isMarked: Bool { bits & Self.mark != 0 }

        @inline(__always)
        func marked(_ isMarked: Bool) -> Pixel {
            var pixel = self
            pixel.bits = Self.bits(index, isMarked: isMarked)
            return pixel
        }

        /// The value of the pixel; 0 for -0.
        var value: Float {
            let bits = ~key
            return Float(bitPattern: bits & 0x8000_0000 == 0 ? ~bits : bits & 0x7FFF_FFFF)
        }
    }

    /// Equal values keep the order of the pixels.
    let pixels: [Pixel]

    /// Indices of pixels, from the largest value to the smallest.
    ///
    /// Equal values keep the order of the pixels.
    public var order: [Int32] { pixels.map { Int32($0.index) } }

    /// The values in that order.
    public var values: [Float] { pixels.map(\.value) }

    /// - Parameters:
    ///   - values: finite.
    ///   - mask: the pixels to mark, as many as there are values; none by default.
    public init(_ values: [Float], marking mask: [Bool]? = nil) {
        precondition(
            mask == nil || mask!.count == values.count,
            "PixelRanking: a mask of \(mask?.count ?? 0) pixels for a map of \(values.count)")
        pixels = sortedPixels(values, marking: mask)
    }

    private init(_ pixels: [Pixel]) { self.pixels = pixels }

    /// The same order with the pixels of a mask marked.
    public func marking(_ mask: [Bool]) -> PixelRanking {
        precondition(
            mask.count == pixels.count,
            "PixelRanking: a mask of \(mask.count) pixels for a map of \(pixels.count)")
        return mask.withUnsafeBufferPointer { mask in
            PixelRanking(pixels.map { $0.marked(mask[$0.index]) })
        }
    }

    /// Calls `body` with the pixels for each run of equal values: its places in the order.
    @inline(__always)
    func forEachTie(
        _ body: (UnsafeBufferPointer<Pixel>, Range<Int>) throws -> Void
    ) rethrows {
        try pixels.withUnsafeBufferPointer { pixels in
            var start = 0
            while start < pixels.count {
                var end = start + 1
                while end < pixels.count, pixels[end].key == pixels[start].key { end += 1 }
                try body(pixels, start..<end)
                start = end
            }
        }
    }

    /// The pixels that share the largest value.
    var highest: [Int] {
        guard let first = pixels.first else { return [] }
        return pixels.prefix { $0.key == first.key }.map(\.index)
    }

    /// The expected share of the `places` largest values that lie in a mask, over all orders of
    /// equal values; and the share of the places that equal values compete for.
    func highest(_ places: Int, in mask: [Bool]) -> TopShare {
        let limit = pixels[places - 1].key
        var above = 0
        var aboveInside = 0
        var place = 0
        while place < pixels.count, pixels[place].key < limit {
            aboveInside += mask[pixels[place].index] ? 1 : 0
            place += 1
        }
        above = place
        var equalInside = 0
        while place < pixels.count, pixels[place].key == limit {
            equalInside += mask[pixels[place].index] ? 1 : 0
            place += 1
        }
        return TopShare(
            places: places, above: above, aboveInside: aboveInside, equal: place - above,
            equalInside: equalInside)
    }
}
