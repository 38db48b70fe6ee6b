/// The pixels of a map from the largest value to the smallest.
///
/// Several metrics ask for it, so it is computed once per map: three passes of a radix sort.
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

    private static let digitBits: UInt32 = 11
    private static let digits = 1 << 11

    /// - Parameter values: finite.
    public init(_ values: [Float]) {
        pixels = withUnsafeTemporaryAllocation(of: Int32.self, capacity: 3 * Self.digits) {
            places in
            values.withUnsafeBufferPointer { Self.count($0, places) }
            let first = values.withUnsafeBufferPointer { Self.firstPass($0, places) }
            let second = Self.pass(first, by: Self.digitBits, places, 1)
            return Self.pass(second, by: 2 * Self.digitBits, places, 2)
        }
    }

    /// Descending: the bits that order the values, inverted.
    @inline(__always)
    private static func key(_ value: Float) -> UInt32 { ~orderedBits(value) }

    /// Finds where the pixels of each digit begin, for the three digits of the keys.
    private static func count(
        _ values: UnsafeBufferPointer<Float>, _ places: UnsafeMutableBufferPointer<Int32>
    ) {
        places.initialize(repeating: 0)
        for value in values {
            let key = key(value)
            places[Int(key & 0x7FF)] &+= 1
            places[digits + Int(key >> 11 & 0x7FF)] &+= 1
            places[2 * digits + Int(key >> 22)] &+= 1
        }
        for digit in 0..<3 {
            var sum: Int32 = 0
            for index in (digit * digits)..<((digit + 1) * digits) {
                let count = places[index]
                places[index] = sum
                sum &+= count
            }
        }
    }

    /// Sorts the pixels by the last digit of their keys.
    private static func firstPass(
        _ values: UnsafeBufferPointer<Float>, _ places: UnsafeMutableBufferPointer<Int32>
    ) -> [Pixel] {
        Array(unsafeUninitializedCapacity: values.count) { target, filled in
            for index in values.indices {
                let key = key(values[index])
                let digit = Int(key & 0x7FF)
                (target.baseAddress! + Int(places[digit])).initialize(
                    to: Pixel(key: key, index: Int32(truncatingIfNeeded: index)))
                places[digit] &+= 1
            }
            filled = values.count
        }
    }

    /// Sorts by another digit; pixels of one digit keep their order.
    private static func pass(
        _ pixels: [Pixel], by shift: UInt32, _ places: UnsafeMutableBufferPointer<Int32>,
        _ number: Int
    ) -> [Pixel] {
        let places = UnsafeMutableBufferPointer(
            rebasing: places[(number * digits)..<((number + 1) * digits)])
        return Array(unsafeUninitializedCapacity: pixels.count) { target, filled in
            pixels.withUnsafeBufferPointer { pixels in
                for pixel in pixels {
                    let digit = Int(pixel.key >> shift & 0x7FF)
                    (target.baseAddress! + Int(places[digit])).initialize(to: pixel)
                    places[digit] &+= 1
                }
            }
            filled = pixels.count
        }
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
