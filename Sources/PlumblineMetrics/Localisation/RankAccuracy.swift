/// Rank accuracy (Arras et al., arXiv 2003.07258, equation 2): the share of the K most relevant
/// pixels that lie in the mask of K pixels.
///
/// From 0 to 1; higher is better.
///
/// A rectified map is mostly zeros, so several pixels often share the K-th value. The result is
/// then the expected value over all orders of equal pixels.
///
/// - Parameter mask: as many pixels as the map.
/// - Returns: the accuracy, missing as for ``massAccuracy(_:_:)``; and the share of the K pixels
///   that are chosen among equal ones.
public func rankAccuracy(
    _ map: HeatMap, _ mask: [Bool]
) -> (accuracy: Measured, tiedShare: Double) {
    precondition(
        mask.count == map.values.count,
        "rankAccuracy: a mask of \(mask.count) pixels for a map of \(map.values.count)")
    let maskCount = mask.reduce(0) { $0 + ($1 ? 1 : 0) }
    if maskCount == 0 { return (.missing(.emptyMask), 0) }
    if let defect = map.defect { return (.missing(defect), 0) }
    let top = map.highest(maskCount, in: mask)
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
/// - Returns: missing if the mask is empty, or if the map is not finite or constant.
public func topKIntersection(_ map: HeatMap, _ mask: [Bool], k: Int) -> Measured {
    precondition(
        mask.count == map.values.count,
        "topKIntersection: a mask of \(mask.count) pixels for a map of \(map.values.count)")
    precondition((1...mask.count).contains(k), "topKIntersection: k = \(k)")
    if !mask.contains(true) { return .missing(.emptyMask) }
    if let defect = map.orderDefect { return .missing(defect) }
    return .value(map.highest(k, in: mask).share)
}

extension HeatMap {
    /// The expected share of the `places` largest values that lie in a mask, over all orders of
    /// equal values; and the share of the places that equal values compete for.
    fileprivate func highest(
        _ places: Int, in mask: [Bool]
    ) -> (share: Double, tiedShare: Double) {
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
        let chosenAmongEqual = places - above
        let expected =
            Double(aboveInside) + Double(chosenAmongEqual) * Double(equalInside) / Double(equal)
        let isTied = equal > chosenAmongEqual
        return (
            expected / Double(places),
            isTied ? Double(chosenAmongEqual) / Double(places) : 0
        )
    }
}
