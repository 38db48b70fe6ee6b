/// Mass accuracy (Arras et al., arXiv 2003.07258, equation 1): the share of relevance in the mask.
///
/// It is `sum(R M) / sum(R)` with the positive part of R, from 0 to 1. Higher is better.
///
/// - Parameters:
///   - mask: as many pixels as the map.
///   - sums: of the map and the mask, where they are known.
/// - Returns: missing if the mask is empty, or if the map has no positive, no finite or only equal
///   values.
public func massAccuracy(
    _ map: HeatMap, _ mask: [Bool], sums known: RelevanceSums? = nil
) -> Measured {
    precondition(
        mask.count == map.values.count,
        "massAccuracy: a mask of \(mask.count) pixels for a map of \(map.values.count)")
    if !mask.hasPixel { return .missing(.emptyMask) }
    if let defect = map.defect { return .missing(defect) }
    let sums = known ?? RelevanceSums(map, mask)
    return .value(sums.positiveInside / sums.positive)
}
