/// Sorts pixels by their keys in three passes; equal keys keep their order.
enum RadixSort {
    typealias Pixel = PixelRanking.Pixel

    /// Bits of a key that one pass sorts by.
    private static let digitBits: UInt32 = 11
    private static let digits = 1 << 11
    private static let mask = UInt32(digits - 1)

    /// - Parameters:
    ///   - pixels: overwritten.
    ///   - target: room for `count` pixels, which need not be initialised.
    static func sort(
        _ pixels: UnsafeMutablePointer<Pixel>, into target: UnsafeMutablePointer<Pixel>, count: Int
    ) {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: 3 * digits) { places in
            findPlaces(pixels, count, places)
            let places = places.baseAddress!
            pass(pixels, target, count, by: 0, places)
            pass(target, pixels, count, by: digitBits, places + digits)
            pass(pixels, target, count, by: 2 * digitBits, places + 2 * digits)
        }
    }

    /// Finds where the pixels of each digit begin, for the three digits of the keys.
    private static func findPlaces(
        _ pixels: UnsafeMutablePointer<Pixel>, _ count: Int,
        _ places: UnsafeMutableBufferPointer<Int32>
    ) {
        places.initialize(repeating: 0)
        for index in 0..<count {
            let key = pixels[index].key
            places[Int(key & mask)] &+= 1
            places[digits + Int(key >> digitBits & mask)] &+= 1
            places[2 * digits + Int(key >> (2 * digitBits))] &+= 1
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

    /// Sorts by one digit; pixels of one digit keep their order.
    private static func pass(
        _ pixels: UnsafeMutablePointer<Pixel>, _ target: UnsafeMutablePointer<Pixel>, _ count: Int,
        by shift: UInt32, _ places: UnsafeMutablePointer<Int32>
    ) {
        for index in 0..<count {
            let pixel = pixels[index]
            let digit = Int(pixel.key >> shift & mask)
            (target + Int(places[digit])).initialize(to: pixel)
            places[digit] &+= 1
        }
    }
}
