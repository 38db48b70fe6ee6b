private typealias Pixel = PixelRanking.Pixel

private let digitBits: UInt32 = 11
private let digits = 1 << 11
private let digitMask: UInt32 = 0x7FF

/// Pixels by falling value; equal values keep the order of the pixels.
///
/// Values are first sorted by 22 bits that are linear in them: two passes of a radix sort. Few maps
/// have many values in one of these 4 million ranges, and what is left is put right by insertion.
/// Where that takes too long, as with one value far above all others, the pixels are sorted by all
/// bits of their keys, in three passes.
///
/// - Parameter mask: the pixels to mark; `nil` for none.
func sortedPixels(_ values: [Float], marking mask: [Bool]?) -> [PixelRanking.Pixel] {
    let mask = mask ?? []
    return values.withUnsafeBufferPointer { values in
        mask.withUnsafeBufferPointer { mask in
            sortedByRange(values, mask)
                ?? sortedByKey(
                    values.indices.map { index in
                        Pixel(
                            values[index],
                            bits: Pixel.bits(index, isMarked: !mask.isEmpty && mask[index]))
                    })
        }
    }
}

/// Turns how many pixels have each digit into the places where they begin.
private func accumulate(_ counts: UnsafeMutableBufferPointer<Int32>) {
    for first in stride(from: 0, to: counts.count, by: digits) {
        var sum: Int32 = 0
        for index in first..<(first + digits) {
            let count = counts[index]
            counts[index] = sum
            sum &+= count
        }
    }
}

// MARK: By ranges of values

/// - Returns: `nil` where the values do not spread over the ranges.
private func sortedByRange(
    _ values: UnsafeBufferPointer<Float>, _ mask: UnsafeBufferPointer<Bool>
) -> [Pixel]? {
    let range = ValueRange(values)
    let scale = Float(digits * digits - 1) / (range.highest - range.lowest)
    guard range.isFinite, scale.isFinite, scale > 0 else { return nil }
    var pixels = withUnsafeTemporaryAllocation(of: UInt32.self, capacity: values.count) { codes in
        // Larger values have smaller codes, and rounding keeps their order. Adding 2^23 leaves the
        // rounded number in the last bits.
        for index in values.indices {
            codes[index] =
                ((range.highest - values[index]) * scale + 0x1p23).bitPattern & 0x3F_FFFF
        }
        return withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * digits) { counts in
            counts.initialize(repeating: 0)
            for code in codes {
                counts[Int(code & digitMask)] &+= 1
                counts[digits + Int(code >> digitBits)] &+= 1
            }
            accumulate(counts)
            return sorted(values, mask, codes: UnsafeBufferPointer(codes), counts)
        }
    }
    return insert(&pixels) ? pixels : nil
}

/// Sorts by the last digit of the codes, and then by the first.
@inline(__always)
private func sorted(
    _ values: UnsafeBufferPointer<Float>, _ mask: UnsafeBufferPointer<Bool>,
    codes: UnsafeBufferPointer<UInt32>, _ places: UnsafeMutableBufferPointer<Int32>
) -> [Pixel] {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: codes.count) { half in
        for index in codes.indices {
            let code = codes[index]
            let bits = Pixel.bits(index, isMarked: !mask.isEmpty && mask[index])
            let digit = Int(code & digitMask)
            half[Int(places[digit])] = UInt64(code >> digitBits) << 32 | UInt64(bits)
            places[digit] &+= 1
        }
        return [Pixel](unsafeUninitializedCapacity: codes.count) { target, filled in
            for entry in half {
                let digit = digits + Int(entry >> 32)
                let bits = UInt32(truncatingIfNeeded: entry)
                (target.baseAddress! + Int(places[digit])).initialize(
                    to: Pixel(values[Pixel.index(bits)], bits: bits))
                places[digit] &+= 1
            }
            filled = codes.count
        }
    }
}

/// Sorts pixels that are almost in order.
///
/// - Returns: whether they are sorted; `false` where that takes more than a few steps per pixel.
private func insert(_ pixels: inout [Pixel]) -> Bool {
    pixels.withUnsafeMutableBufferPointer { pixels in
        var steps = 8 * pixels.count
        for start in pixels.indices.dropFirst() where pixels[start].key < pixels[start - 1].key {
            let moved = pixels[start]
            var place = start
            repeat {
                pixels[place] = pixels[place - 1]
                place -= 1
            } while place > 0 && pixels[place - 1].key > moved.key
            pixels[place] = moved
            steps -= start - place
            if steps < 0 { return false }
        }
        return true
    }
}

// MARK: By all bits

private func sortedByKey(_ pixels: [Pixel]) -> [Pixel] {
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: 3 * digits) { counts in
        counts.initialize(repeating: 0)
        for pixel in pixels {
            for digit in 0..<3 { counts[place(pixel, digit)] &+= 1 }
        }
        accumulate(counts)
        return (0..<3).reduce(pixels) { pass($0, digit: $1, counts) }
    }
}

@inline(__always)
private func place(_ pixel: Pixel, _ digit: Int) -> Int {
    digit * digits + Int(pixel.key >> (UInt32(digit) * digitBits) & digitMask)
}

/// Sorts by one digit of the keys; pixels of one digit keep their order.
private func pass(
    _ pixels: [Pixel], digit: Int, _ places: UnsafeMutableBufferPointer<Int32>
) -> [Pixel] {
    [Pixel](unsafeUninitializedCapacity: pixels.count) { target, filled in
        for pixel in pixels {
            let place = place(pixel, digit)
            (target.baseAddress! + Int(places[place])).initialize(to: pixel)
            places[place] &+= 1
        }
        filled = pixels.count
    }
}
