/// PxAP: the average precision of the pixels of a whole data set as one detector of the masks (Choe
/// et al., arXiv 2001.07437, section 3.3).
///
/// `sum_k precision_k (recall_k - recall_(k-1))` over falling thresholds, with the pixels of all
/// images counted together. It is not the mean over images: an image with a large mask counts more,
/// and maps share one scale. From 0 to 1; higher is better; ``chance`` is what a constant gives.
///
/// Each map is scaled to 0 ... 1, as in the published code. A map that is constant or not finite is
/// 0 everywhere there, and here; ``withoutOrder`` counts such maps. Values are counted in `bins`
/// ranges `[i / bins, (i + 1) / bins)` and one for 1, so that memory does not grow with the images.
/// The published number of thresholds is 1,000, and ``value`` is then the published value.
/// ``bounds`` says how far the value without ranges can be from it.
public struct PixelAveragePrecision: Sendable {
    /// The ranges of values below 1.
    public let bins: Int
    /// Images that were added.
    public private(set) var images = 0
    /// Maps that are constant or not finite, which count as 0 everywhere.
    public private(set) var withoutOrder = 0
    /// Pixels of the masks, by the range of their value.
    private var inside: [Int]
    /// Other pixels.
    private var outside: [Int]

    /// - Parameter bins: from 1 to 1,000,000.
    public init(bins: Int = 1000) {
        precondition((1...1_000_000).contains(bins), "PixelAveragePrecision: \(bins) bins")
        self.bins = bins
        inside = [Int](repeating: 0, count: bins + 1)
        outside = inside
    }

    /// - Parameter mask: as many pixels as the map; one without pixels adds only negative pixels.
    public mutating func add(_ map: HeatMap, _ mask: [Bool]) {
        precondition(
            mask.count == map.values.count,
            "PixelAveragePrecision: a mask of \(mask.count) pixels for a map of "
                + "\(map.values.count)")
        images += 1
        let hasOrder = map.orderDefect == nil
        withoutOrder += hasOrder ? 0 : 1
        guard hasOrder else {
            let area = mask.count { $0 }
            inside[0] += area
            outside[0] += mask.count - area
            return
        }
        let low = map.lowest
        let range = map.highest - low
        inside.withUnsafeMutableBufferPointer { inside in
            outside.withUnsafeMutableBufferPointer { outside in
                for (value, isInside) in zip(map.values, mask) {
                    let bin = Self.bin((value - low) / range, of: bins)
                    if isInside { inside[bin] += 1 } else { outside[bin] += 1 }
                }
            }
        }
    }

    /// Adds what another has counted, for instance of other images of the data set.
    public mutating func add(_ other: PixelAveragePrecision) {
        precondition(other.bins == bins, "PixelAveragePrecision: \(other.bins) and \(bins) bins")
        images += other.images
        withoutOrder += other.withoutOrder
        for bin in inside.indices {
            inside[bin] += other.inside[bin]
            outside[bin] += other.outside[bin]
        }
    }

    /// The range of a scaled value: the last whose lower end is not above it.
    ///
    /// The ends are what numpy's `arange` computes.
    @inline(__always)
    private static func bin(_ value: Float, of bins: Int) -> Int {
        let value = Double(value)
        let step = 1 / Double(bins)
        guard value < 1 else { return bins }
        // The product may be off by a rounding.
        let bin = min(Int(value * Double(bins)), bins - 1)
        if Double(bin) * step > value { return bin - 1 }
        return bin + 1 < bins && Double(bin + 1) * step <= value ? bin + 1 : bin
    }

    /// The pixels of all masks.
    public var maskPixels: Int { inside.reduce(0, +) }
    /// The pixels of all images.
    public var pixels: Int { maskPixels + outside.reduce(0, +) }

    /// The share of the pixels in masks.
    public var chance: Measured { defect.map { .missing($0) } ?? .value(share) }

    private var share: Double { Double(maskPixels) / Double(pixels) }

    /// - Returns: missing without images, or if all pixels, or none, are in masks.
    public var value: Measured {
        sum { hits, misses, newHits, newMisses in
            Double(newHits) * Double(hits + newHits)
                / Double(hits + newHits + misses + newMisses)
        }
    }

    /// The average precision of the values themselves lies between these.
    ///
    /// The order of the pixels of one range is not known: all of the mask first is best, all of
    /// them last is worst.
    ///
    /// - Returns: missing where ``value`` is.
    public var bounds: (lowest: Measured, highest: Measured) {
        let lowest = sum { hits, misses, newHits, newMisses in
            Double(newHits) * Double(hits + 1) / Double(hits + 1 + misses + newMisses)
        }
        let highest = sum { hits, misses, newHits, _ in
            Double(newHits) * Double(hits + newHits) / Double(hits + newHits + misses)
        }
        return (lowest, highest)
    }

    /// The sum over the ranges, from the largest values on, of what each adds, divided by the
    /// pixels of the masks.
    private func sum(
        _ part: (_ hits: Int, _ misses: Int, _ newHits: Int, _ newMisses: Int) -> Double
    ) -> Measured {
        if let defect { return .missing(defect) }
        var (hits, misses) = (0, 0)
        var total = 0.0
        for bin in inside.indices.reversed() where inside[bin] + outside[bin] > 0 {
            if inside[bin] > 0 { total += part(hits, misses, inside[bin], outside[bin]) }
            hits += inside[bin]
            misses += outside[bin]
        }
        return .value(total / Double(hits))
    }

    private var defect: MissingReason? {
        if images == 0 { return .noImages }
        if maskPixels == 0 { return .emptyMask }
        return maskPixels == pixels ? .fullMask : nil
    }
}
