/// Mass accuracy (Arras et al., arXiv 2003.07258, equation 1): the share of relevance in the mask.
///
/// It is `sum(R M) / sum(R)` with the positive part of R, from 0 to 1. Higher is better.
///
/// - Parameter mask: as many pixels as the map.
/// - Returns: missing if the mask is empty, or if the map has no positive, no finite or only equal
///   values.
public func massAccuracy(_ map: HeatMap, _ mask: [Bool]) -> Measured {
    precondition(
        mask.count == map.values.count,
        "massAccuracy: a mask of \(mask.count) pixels for a map of \(map.values.count)")
    if !mask.contains(true) { return .missing(.emptyMask) }
    if let defect = map.defect { return .missing(defect) }
    var inside = 0.0
    var total = 0.0
    for (value, isInside) in zip(map.values, mask) {
        let positive = value > 0 ? Double(value) : 0
        total += positive
        // No branch: masks have ragged edges, and adding 0 changes nothing.
        inside += isInside ? positive : 0
    }
    return .value(inside / total)
}

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
    let threshold = value(ofRank: maskCount, in: map.values)
    var above = 0
    var aboveInside = 0
    var equal = 0
    var equalInside = 0
    for (value, isInside) in zip(map.values, mask) {
        // No branches: neighbouring pixels often lie on both sides of the threshold.
        let isAbove = value > threshold ? 1 : 0
        let isEqual = value == threshold ? 1 : 0
        let inside = isInside ? 1 : 0
        above += isAbove
        aboveInside += isAbove & inside
        equal += isEqual
        equalInside += isEqual & inside
    }
    let chosenAmongEqual = maskCount - above
    let expected =
        Double(aboveInside) + Double(chosenAmongEqual) * Double(equalInside) / Double(equal)
    let isTied = equal > chosenAmongEqual
    return (
        .value(expected / Double(maskCount)),
        isTied ? Double(chosenAmongEqual) / Double(maskCount) : 0
    )
}
