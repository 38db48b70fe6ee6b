import Foundation

/// A map as a detector of the mask: every pixel is a case, its relevance the score.
public struct MaskDetection: Sendable {
    /// The area under the ROC curve; equal pixels count half.
    ///
    /// From 0 to 1; higher is better; 0.5 is chance.
    public let areaUnderROC: Measured
    /// Average precision: the sum of precision over the steps of recall, with one step for equal
    /// pixels, as scikit-learn has it.
    ///
    /// From 0 to 1; higher is better. ``chanceOfPrecision(mask:pixels:)`` is chance.
    public let averagePrecision: Measured

    /// - Parameters:
    ///   - mask: as many pixels as the map.
    ///   - ranking: of the map's pixels, those of the mask marked, where it is known.
    public init(_ map: HeatMap, _ mask: [Bool], ranking known: PixelRanking? = nil) {
        precondition(
            mask.count == map.values.count,
            "MaskDetection: a mask of \(mask.count) pixels for a map of \(map.values.count)")
        if let reason = map.orderDefect ?? Self.defect(of: mask) {
            areaUnderROC = .missing(reason)
            averagePrecision = .missing(reason)
            return
        }
        let ranking = known ?? PixelRanking(map.values, marking: mask)
        var hits = 0
        // Twice the number of pairs, so that it is an integer.
        var pairs = 0
        var precision = 0.0
        ranking.forEachTie { pixels, run in
            var newHits = 0
            for place in run { newHits &+= pixels[place].isMarked ? 1 : 0 }
            // Pixels outside that rank below the hits so far, and half of the equal ones.
            pairs &+= (run.count &- newHits) &* (2 &* hits &+ newHits)
            guard newHits > 0 else { return }
            hits &+= newHits
            precision += Double(newHits) * Double(hits) / Double(run.upperBound)
        }
        precondition(
            hits == mask.pixelCount, "MaskDetection: a ranking with the marks of another mask")
        let positives = Double(hits)
        areaUnderROC = .value(
            Double(pairs) / 2 / (positives * (Double(mask.count) - positives)))
        averagePrecision = .value(precision / positives)
    }

    /// The expected average precision of a map whose pixels are shuffled and all different.
    ///
    /// `p + (1 - p) H / N` with `p = (K - 1) / (N - 1)` for K of N pixels, and H the sum of `1 / i`
    /// up to N (Bestgen, 2015).
    public static func chanceOfPrecision(mask: Int, pixels: Int) -> Double {
        guard pixels > 1 else { return Double(mask) }
        let share = Double(mask - 1) / Double(pixels - 1)
        return share + (1 - share) * harmonic(pixels) / Double(pixels)
    }

    private static func harmonic(_ count: Int) -> Double {
        guard count > 1000 else { return (1...max(count, 1)).reduce(0) { $0 + 1 / Double($1) } }
        let n = Double(count)
        // Euler and Maclaurin; the next term is below 1e-14.
        return log(n) + 0.577_215_664_901_532_9 + 1 / (2 * n) - 1 / (12 * n * n)
    }

    private static func defect(of mask: [Bool]) -> MissingReason? {
        if !mask.hasPixel { return .emptyMask }
        return mask.hasGap ? nil : .fullMask
    }
}
