import Foundation

/// Joins the maps of windows into one map of the image.
struct WindowJoin {
    let height: Int
    let width: Int
    private var sum: [Double]
    /// How many maps are positive at each pixel.
    private var count: [Double]
    private var largestWeight = 0.0

    init(height: Int, width: Int) {
        self.height = height
        self.width = width
        sum = [Double](repeating: 0, count: height * width)
        count = sum
    }

    /// - Parameters:
    ///   - map: `[side, side]`, not negative.
    ///   - position: of the window in the enlarged image.
    ///   - probability: of the class in the window.
    mutating func add(
        _ map: ArraySlice<Float>, at position: (top: Int, left: Int), in size: SlidingWindows,
        probability weight: Double
    ) {
        // Not max(): a probability of NaN must not be passed over.
        if weight.isNaN || weight > largestWeight { largestWeight = weight }
        let low = Double(map.min() ?? 0)
        let high = Double(map.max() ?? 0)
        let isFinite = map.allSatisfy { $0.isFinite }
        guard !isFinite || high > low else { return }
        let scaled = map.map { isFinite ? (Double($0) - low) / (high - low) * weight : .nan }
        let rows = Self.taps(from: size.height, to: height, position.top, size.side)
        let columns = Self.taps(from: size.width, to: width, position.left, size.side)
        for row in rows {
            for column in columns {
                var value = 0.0
                for (y, vertical) in row.sources {
                    for (x, horizontal) in column.sources {
                        value += vertical * horizontal * scaled[y * size.side + x]
                    }
                }
                // Also true for NaN, so that it stays visible in the result.
                if !(value <= 0) {
                    sum[row.output * width + column.output] += value
                    count[row.output * width + column.output] += 1
                }
            }
        }
    }

    /// Bilinear resizing of one axis with half-pixel centres.
    ///
    /// - Returns: each output that reads some of `start ..< start + side`, with the sources that it
    ///   reads there, counted from `start`, and their weights.
    private static func taps(
        from input: Int, to output: Int, _ start: Int, _ side: Int
    ) -> [(output: Int, sources: [(Int, Double)])] {
        (0..<output).compactMap { index in
            let exact = (Double(index) + 0.5) * Double(input) / Double(output) - 0.5
            // Rounded: a position at a pixel must not count as between two pixels.
            let position = max(0, (exact * 0x1p20).rounded() * 0x1p-20)
            let low = min(Int(position), input - 1)
            let fraction = position - Double(low)
            let pair = [(low, 1 - fraction), (min(low + 1, input - 1), fraction)]
            let sources = pair.filter { (start..<(start + side)).contains($0.0) && $0.1 > 0 }
            return sources.isEmpty ? nil : (index, sources.map { ($0.0 - start, $0.1) })
        }
    }

    /// The joined map after smoothing, `[height, width]`.
    var result: [Double] {
        let joined = zip(sum, count).map { $1 > 0 ? $0 / $1 / largestWeight : 0 }
        return smoothed(smoothed(joined, along: width, step: 1), along: height, step: width)
    }

    /// Smooths one axis by a Gaussian of 11 pixels with OpenCV's border: the image is mirrored, and
    /// the edge is not repeated.
    private func smoothed(_ values: [Double], along length: Int, step: Int) -> [Double] {
        let raw = (-5...5).map { exp(-Double($0 * $0) / 50) }
        let total = raw.reduce(0, +)
        return values.indices.map { index in
            let position = index / step % length
            return zip(-5...5, raw).reduce(0) { sum, tap in
                let source = Self.mirrored(position + tap.0, length)
                return sum + values[index + (source - position) * step] * tap.1 / total
            }
        }
    }

    private static func mirrored(_ position: Int, _ length: Int) -> Int {
        guard length > 1 else { return 0 }
        let period = 2 * (length - 1)
        let phase = ((position % period) + period) % period
        return min(phase, period - phase)
    }
}
