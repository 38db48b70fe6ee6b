/// The pixels of a map from the largest value to the smallest.
///
/// Several metrics ask for it, so it is computed once per map: three passes of a radix sort.
public struct PixelRanking: Sendable {
    /// Indices of pixels.
    ///
    /// Equal values keep the order of the pixels.
    public let order: [Int32]
    /// The values in that order.
    public let values: [Float]

    private struct Pixel {
        var key: UInt32
        var index: Int32
    }

    /// - Parameter values: finite.
    public init(_ values: [Float]) {
        // Descending: the bits that order the values, inverted.
        var pixels = values.indices.map { Pixel(key: ~orderedBits(values[$0]), index: Int32($0)) }
        var sorted = pixels
        for shift in [0, Self.bits, 2 * Self.bits] {
            let isChanged = pixels.withUnsafeBufferPointer { source in
                sorted.withUnsafeMutableBufferPointer { Self.sort(source, into: $0, by: shift) }
            }
            if isChanged { swap(&pixels, &sorted) }
        }
        order = pixels.map(\.index)
        self.values = pixels.map { values[Int($0.index)] }
    }

    private static let bits: UInt32 = 11

    /// Sorts by one digit of the keys; pixels of one digit keep their order.
    ///
    /// - Returns: `false` if all keys share the digit. Then nothing is written.
    private static func sort(
        _ source: UnsafeBufferPointer<Pixel>, into target: UnsafeMutableBufferPointer<Pixel>,
        by shift: UInt32
    ) -> Bool {
        let buckets = 1 << bits
        let mask = UInt32(buckets - 1)
        return withUnsafeTemporaryAllocation(of: Int32.self, capacity: buckets) { starts in
            starts.initialize(repeating: 0)
            for pixel in source { starts[Int(pixel.key >> shift & mask)] += 1 }
            var sum: Int32 = 0
            for bucket in 0..<buckets {
                let count = starts[bucket]
                if count == source.count { return false }
                starts[bucket] = sum
                sum += count
            }
            for pixel in source {
                let bucket = Int(pixel.key >> shift & mask)
                target[Int(starts[bucket])] = pixel
                starts[bucket] += 1
            }
            return true
        }
    }

    /// Calls `body` for each run of equal values: its places in ``order``.
    @inline(__always)
    func forEachTie(_ body: (Range<Int>) throws -> Void) rethrows {
        var start = 0
        while start < values.count {
            var end = start + 1
            while end < values.count, values[end] == values[start] { end += 1 }
            try body(start..<end)
            start = end
        }
    }
}
