/// Rank accuracy (Arras et al., arXiv 2003.07258, equation 2): the share of the K most relevant
/// pixels that lie in the mask of K pixels.
///
/// From 0 to 1; higher is better.
///
/// A rectified map is mostly zeros, so several pixels often share the K-th value. The result is
/// then the expected value over all orders of equal pixels.
///
/// - Parameters:
///   - mask: as many pixels as the map.
///   - ranking: of the map's pixels, where it is known.
/// - Returns: the accuracy, missing as for ``massAccuracy(_:_:)``; and the share of the K pixels
///   that are chosen among equal ones.
public func rankAccuracy(
    _ map: HeatMap, _ mask: [Bool], ranking: PixelRanking? = nil
) -> (accuracy: Measured, tiedShare: Double) {
    precondition(
        mask.count == map.values.count,
        "rankAccuracy: a mask of \(mask.count) pixels for a map of \(map.values.count)")
    let maskCount = mask.pixelCount
    if maskCount == 0 { return (.missing(.emptyMask), 0) }
    if let defect = map.defect { return (.missing(defect), 0) }
    let top = ranking?.highest(maskCount, in: mask) ?? map.highest(maskCount, in: mask)
    return (.value(top.share), top.tiedShare)
}

/// Top-k intersection (Theiner et al., WACV 2022): the share of the k most relevant pixels that lie
/// in the mask.
///
/// From 0 to 1; higher is better. Equal pixels count as in ``rankAccuracy(_:_:)``.
///
/// - Parameters:
///   - k: pixels that count, from 1 to the number of pixels.
///   - mask: as many pixels as the map.
///   - ranking: of the map's pixels, where it is known.
/// - Returns: missing if the mask is empty, or if the map is not finite or constant.
public func topKIntersection(
    _ map: HeatMap, _ mask: [Bool], k: Int, ranking: PixelRanking? = nil
) -> Measured {
    precondition(
        mask.count == map.values.count,
        "topKIntersection: a mask of \(mask.count) pixels for a map of \(map.values.count)")
    precondition((1...mask.count).contains(k), "topKIntersection: k = \(k)")
    if !mask.hasPixel { return .missing(.emptyMask) }
    if let defect = map.orderDefect { return .missing(defect) }
    return .value((ranking?.highest(k, in: mask) ?? map.highest(k, in: mask)).share)
}

extension HeatMap {
    /// As ``PixelRanking/highest(_:in:)``, without a sort of all pixels.
    fileprivate func highest(_ places: Int, in mask: [Bool]) -> TopShare {
        let threshold = value(ofRank: places, in: values)
        var above = 0
        var aboveInside = 0
        var equal = 0
        var equalInside = 0
        for (value, isInside) in zip(values, mask) {
            // No branches: neighbouring pixels often lie on both sides of the threshold.
            let isAbove = value > threshold ? 1 : 0
            let isEqual = value == threshold ? 1 : 0
            let inside = isInside ? 1 : 0
            above += isAbove
            aboveInside += isAbove & inside
            equal += isEqual
            equalInside += isEqual & inside
        }
        return TopShare(
            places: places, above: above, aboveInside: aboveInside, equal: equal,
            equalInside: equalInside)
    }
}

/// How many of the largest values lie in a mask, where equal values may compete for the last
/// places.
struct TopShare {
    /// The expected share of the places whose pixels lie in the mask, over all orders of equal
    /// values.
    let share: Double
    /// The share of the places that equal values compete for.
    let tiedShare: Double

    /// - Parameters:
    ///   - above: pixels above the value of the last place, and those of them in the mask.
    ///   - equal: pixels of that value, and those of them in the mask.
    init(places: Int, above: Int, aboveInside: Int, equal: Int, equalInside: Int) {
        let chosen = places - above
        let expected =
            Double(aboveInside) + Double(chosen) * Double(equalInside) / Double(equal)
        share = expected / Double(places)
        tiedShare = equal > chosen ? Double(chosen) / Double(places) : 0
    }
}
