/// The pixels of a map from the largest value to the smallest.
///
/// Several metrics ask for it, so it is computed once per map: three passes of a radix sort.
public struct PixelRanking: Sendable {
    /// Indices of pixels. Equal values keep the order of the pixels.
    public let order: [Int32]
    /// The values in that order.
    public let values: [Float]

    /// - Parameter values: finite.
    public init(_ values: [Float]) {
        let count = values.count
        let buckets = 1 << Self.bits
        var keys = [UInt32](unsafeUninitializedCapacity: count) { keys, filled in
            // Descending: the bits that order the values, inverted.
            for index in 0..<count { keys[index] = ~orderedBits(values[index]) }
            filled = count
        }
        var order = [Int32](unsafeUninitializedCapacity: count) { order, filled in
            for index in 0..<count { order[index] = Int32(index) }
            filled = count
        }
        var sortedKeys = keys
        var sortedOrder = order
        for shift in [0, Self.bits, 2 * Self.bits] {
            var starts = [Int](repeating: 0, count: buckets + 1)
            let mask = UInt32(buckets - 1)
            for key in keys { starts[Int(key >> shift & mask) + 1] += 1 }
            // A digit that all keys share changes nothing.
            if starts.contains(count) { continue }
            for bucket in 0..<buckets { starts[bucket + 1] += starts[bucket] }
            for index in 0..<count {
                let key = keys[index]
                let bucket = Int(key >> shift & mask)
                sortedKeys[starts[bucket]] = key
                sortedOrder[starts[bucket]] = order[index]
                starts[bucket] += 1
            }
            swap(&keys, &sortedKeys)
            swap(&order, &sortedOrder)
        }
        self.order = order
        self.values = order.map { values[Int($0)] }
    }

    private static let bits: UInt32 = 11

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
