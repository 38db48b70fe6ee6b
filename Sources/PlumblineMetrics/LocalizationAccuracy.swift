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
    for index in mask.indices {
        let value = Double(max(0, map.values[index]))
        total += value
        if mask[index] { inside += value }
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
    for index in mask.indices {
        if map.values[index] > threshold {
            above += 1
            if mask[index] { aboveInside += 1 }
        } else if map.values[index] == threshold {
            equal += 1
            if mask[index] { equalInside += 1 }
        }
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

/// The value of a rank, from 1, in descending order, by quickselect.
private func value(ofRank rank: Int, in values: [Float]) -> Float {
    var values = values
    return values.withUnsafeMutableBufferPointer { v in
        var low = 0
        var high = v.count - 1
        let target = rank - 1
        while low < high {
            let middle = (low + high) / 2
            let pivot = max(min(v[low], v[middle]), min(max(v[low], v[middle]), v[high]))
            var i = low
            var j = high
            while i <= j {
                while v[i] > pivot { i += 1 }
                while v[j] < pivot { j -= 1 }
                if i <= j {
                    v.swapAt(i, j)
                    i += 1
                    j -= 1
                }
            }
            if target <= j {
                high = j
            } else if target >= i {
                low = i
            } else {
                return v[target]
            }
        }
        return v[target]
    }
}
