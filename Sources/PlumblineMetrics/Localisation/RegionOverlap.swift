/// How an explained region E and a mask G overlap, in pixels.
public struct RegionOverlap: Sendable, Equatable {
    /// The pixels of the mask: `|G|`.
    public let mask: Int
    /// The explained pixels: `|E|`.
    public let explained: Int
    /// The explained pixels of the mask: `|G and E|`.
    public let both: Int
    /// The pixels of the image.
    public let pixels: Int

    public init(mask: Int, explained: Int, both: Int, pixels: Int) {
        precondition(
            both <= min(mask, explained) && mask + explained - both <= pixels,
            "RegionOverlap: \(both) common pixels of \(mask) and \(explained) of \(pixels)")
        self.mask = mask
        self.explained = explained
        self.both = both
        self.pixels = pixels
    }

    /// - Parameter mask: as many pixels as the region.
    public init(_ region: [Bool], _ mask: [Bool]) {
        precondition(
            region.count == mask.count,
            "RegionOverlap: a region of \(region.count) pixels and a mask of \(mask.count)")
        var both: Int32 = 0
        region.withUnsafeBytes { region in
            mask.withUnsafeBytes { mask in
                for index in region.indices { both &+= Int32(region[index] & mask[index]) }
            }
        }
        self.init(
            mask: mask.pixelCount, explained: region.pixelCount, both: Int(both),
            pixels: mask.count)
    }

    /// The overlap of the values of at least `bound` with a mask, without a list of the region.
    ///
    /// - Parameters:
    ///   - mask: as many pixels as the map.
    ///   - maskArea: the number of pixels that are set, where it is known.
    public init(_ map: HeatMap, atLeast bound: Float, _ mask: [Bool], maskArea: Int? = nil) {
        precondition(
            map.values.count == mask.count,
            "RegionOverlap: a map of \(map.values.count) pixels and a mask of \(mask.count)")
        var explained: Int32 = 0
        var both: Int32 = 0
        map.values.withUnsafeBufferPointer { values in
            mask.withUnsafeBytes { mask in
                for index in values.indices {
                    let isExplained: Int32 = values[index] >= bound ? 1 : 0
                    explained &+= isExplained
                    both &+= isExplained & Int32(mask[index])
                }
            }
        }
        self.init(
            mask: maskArea ?? mask.pixelCount, explained: Int(explained), both: Int(both),
            pixels: mask.count)
    }

    /// Explanation coverage `|G and E| / |E|`: the share of the explained region in the mask.
    ///
    /// Its precision, from 0 to 1; higher is better. Boggust et al., arXiv 2107.09234.
    ///
    /// - Returns: missing where a region is empty.
    public var explanationCoverage: Measured {
        defect.map { .missing($0) } ?? .value(Double(both) / Double(explained))
    }

    /// Ground-truth coverage `|G and E| / |G|`: the share of the mask that is explained.
    ///
    /// The recall of the region, from 0 to 1; higher is better. Boggust et al., arXiv 2107.09234.
    ///
    /// - Returns: missing where a region is empty.
    public var groundTruthCoverage: Measured {
        defect.map { .missing($0) } ?? .value(Double(both) / Double(mask))
    }

    /// `|G and E| / |G or E|`.
    ///
    /// From 0 to 1; higher is better.
    ///
    /// - Returns: missing where a region is empty.
    public var intersectionOverUnion: Measured {
        defect.map { .missing($0) } ?? .value(Double(both) / Double(mask + explained - both))
    }

    /// `2 |G and E| / (|G| + |E|)`: the harmonic mean of both coverages.
    ///
    /// From 0 to 1; higher is better.
    ///
    /// - Returns: missing where a region is empty.
    public var dice: Measured {
        defect.map { .missing($0) } ?? .value(2 * Double(both) / Double(mask + explained))
    }

    /// The expected overlap of a region of the same size whose pixels are drawn at random.
    public var expectedCoverage: (explanation: Double, groundTruth: Double) {
        (Double(mask) / Double(pixels), Double(explained) / Double(pixels))
    }

    /// The expected ``dice`` of a region of the same size whose pixels are drawn at random.
    public var expectedDice: Double {
        2 * Double(mask) * Double(explained) / (Double(pixels) * Double(mask + explained))
    }

    /// The expected ``intersectionOverUnion`` of a region of the same size whose pixels are drawn
    /// at random.
    ///
    /// The number of common pixels then has a hypergeometric distribution. The sum runs over its
    /// central values, outside which less than 1e-12 of the probability lies.
    public var expectedIntersectionOverUnion: Double {
        expected { both in both / (Double(mask + explained) - both) }
    }

    /// The expected value of a function of the number of common pixels.
    private func expected(_ function: (Double) -> Double) -> Double {
        let (drawn, marked, all) = (Double(explained), Double(mask), Double(pixels))
        let lowest = max(0, mask + explained - pixels)
        let highest = min(mask, explained)
        guard lowest < highest else { return function(Double(lowest)) }
        let mode = min(max(Int((drawn + 1) * (marked + 1) / (all + 2)), lowest), highest)
        // Probabilities relative to that of the mode: their ratios are rational.
        var weight = 1.0
        var total = 1.0
        var sum = function(Double(mode))
        var both = mode
        while both < highest, weight > 1e-18 {
            let k = Double(both)
            weight *= (marked - k) * (drawn - k) / ((k + 1) * (all - marked - drawn + k + 1))
            both += 1
            total += weight
            sum += weight * function(Double(both))
        }
        weight = 1
        both = mode
        while both > lowest, weight > 1e-18 {
            let k = Double(both)
            weight *= k * (all - marked - drawn + k) / ((marked - k + 1) * (drawn - k + 1))
            both -= 1
            total += weight
            sum += weight * function(Double(both))
        }
        return sum / total
    }

    private var defect: MissingReason? {
        if mask == 0 { return .emptyMask }
        return explained == 0 ? .emptyRegion : nil
    }
}
