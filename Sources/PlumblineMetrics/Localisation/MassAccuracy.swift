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
