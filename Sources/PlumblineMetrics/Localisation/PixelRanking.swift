/// The pixels of a map from the largest value to the smallest.
///
/// Several metrics ask for it, so it is computed once per map.
public struct PixelRanking: Sendable {
    /// A pixel with its place in the order as a number: equal values have equal keys.
    struct Pixel {
        var key: UInt32
        var index: Int32

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
    public var order: [Int32] { pixels.map(\.index) }

    /// The values in that order.
    public var values: [Float] { pixels.map(\.value) }

    /// Half of a rectified map is zero. Pixels of the lowest value come last in any case, so only
    /// the others are sorted.
    ///
    /// - Parameter values: finite.
    public init(_ values: [Float]) {
        guard !values.isEmpty else {
            pixels = []
            return
        }
        pixels = Array(unsafeUninitializedCapacity: values.count) { pixels, filled in
            withUnsafeTemporaryAllocation(of: Pixel.self, capacity: values.count) { buffer in
                let sorted = values.withUnsafeBufferPointer {
                    Self.splitOffLowest($0, others: buffer, lowest: pixels)
                }
                RadixSort.sort(buffer.baseAddress!, into: pixels.baseAddress!, count: sorted)
            }
            filled = values.count
        }
    }

    /// Descending: the bits that order the values, inverted.
    @inline(__always)
    private static func key(_ value: Float) -> UInt32 { ~orderedBits(value) }

    /// Writes the pixels of the lowest value to the end of `lowest`, and the others to the
    /// beginning of `others`.
    ///
    /// Both keep the order of the pixels.
    ///
    /// - Returns: how many others there are.
    private static func splitOffLowest(
        _ values: UnsafeBufferPointer<Float>, others: UnsafeMutableBufferPointer<Pixel>,
        lowest: UnsafeMutableBufferPointer<Pixel>
    ) -> Int {
        var last: UInt32 = 0
        for value in values { last = max(last, key(value)) }
        var count = 0
        for index in values.indices {
            let key = key(values[index])
            // No branch: a pixel that is not kept is overwritten by the next one.
            (others.baseAddress! + count).initialize(
                to: Pixel(key: key, index: Int32(truncatingIfNeeded: index)))
            count &+= key == last ? 0 : 1
        }
        var place = count
        for index in values.indices where place < values.count {
            (lowest.baseAddress! + place).initialize(
                to: Pixel(key: last, index: Int32(truncatingIfNeeded: index)))
            place &+= key(values[index]) == last ? 1 : 0
        }
        return count
    }

    /// Calls `body` for each run of equal values: its places in the order.
    @inline(__always)
    func forEachTie(_ body: (Range<Int>) throws -> Void) rethrows {
        try pixels.withUnsafeBufferPointer { pixels in
            var start = 0
            while start < pixels.count {
                var end = start + 1
                while end < pixels.count, pixels[end].key == pixels[start].key { end += 1 }
                try body(start..<end)
                start = end
            }
        }
    }

    /// The pixels that share the largest value.
    var highest: [Int] {
        guard let first = pixels.first else { return [] }
        return pixels.prefix { $0.key == first.key }.map { Int($0.index) }
    }

    /// The expected share of the `places` largest values that lie in a mask, over all orders of
    /// equal values; and the share of the places that equal values compete for.
    func highest(_ places: Int, in mask: [Bool]) -> TopShare {
        let limit = pixels[places - 1].key
        var above = 0
        var aboveInside = 0
        var place = 0
        while place < pixels.count, pixels[place].key < limit {
            aboveInside += mask[Int(pixels[place].index)] ? 1 : 0
            place += 1
        }
        above = place
        var equalInside = 0
        while place < pixels.count, pixels[place].key == limit {
            equalInside += mask[Int(pixels[place].index)] ? 1 : 0
            place += 1
        }
        return TopShare(
            places: places, above: above, aboveInside: aboveInside, equal: place - above,
            equalInside: equalInside)
    }
}
