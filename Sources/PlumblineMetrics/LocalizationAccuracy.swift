/// Mass accuracy (Arras et al., arXiv 2003.07258, eq. 1): the share of relevance inside the mask,
/// `sum(R M) / sum(R)`.
public func massAccuracy(_ map: HeatMap, _ mask: [Bool]) -> Measured {
    precondition(
        mask.count == map.values.count,
        "massAccuracy: a mask of \(mask.count) pixels for a map of \(map.values.count)")
    if !mask.contains(true) { return .missing(.emptyMask) }
    if let defect = map.defect { return .missing(defect) }
    var inside = 0.0, total = 0.0
    for index in mask.indices {
        let value = Double(max(0, map.values[index]))
        total += value
        if mask[index] { inside += value }
    }
    return .value(inside / total)
}

/// Rank accuracy (Arras et al., arXiv 2003.07258, eq. 2): the share of the K most relevant pixels
/// that lie in the mask of K pixels.
///
/// A rectified map is mostly zeros: where the K-th value is shared, the result is the expectation
/// over the order of equals, and `tiedShare` is the share of the K places that equals compete for.
public func rankAccuracy(_ map: HeatMap, _ mask: [Bool]) -> (accuracy: Measured, tiedShare: Double)
{
    precondition(
        mask.count == map.values.count,
        "rankAccuracy: a mask of \(mask.count) pixels for a map of \(map.values.count)")
    let places = mask.reduce(0) { $0 + ($1 ? 1 : 0) }
    if places == 0 { return (.missing(.emptyMask), 0) }
    if let defect = map.defect { return (.missing(defect), 0) }
    let threshold = largest(map.values, place: places)
    var above = 0, aboveInside = 0, equal = 0, equalInside = 0
    for index in mask.indices {
        if map.values[index] > threshold {
            above += 1
            if mask[index] { aboveInside += 1 }
        } else if map.values[index] == threshold {
            equal += 1
            if mask[index] { equalInside += 1 }
        }
    }
    let open = places - above
    let expected = Double(aboveInside) + Double(open) * Double(equalInside) / Double(equal)
    return (.value(expected / Double(places)), equal > open ? Double(open) / Double(places) : 0)
}

/// The value at `place` (from 1) of the descending order, by quickselect.
private func largest(_ values: [Float], place: Int) -> Float {
    var values = values
    return values.withUnsafeMutableBufferPointer { v in
        var low = 0, high = v.count - 1
        let wanted = place - 1
        while low < high {
            let middle = (low + high) / 2
            let pivot = max(min(v[low], v[middle]), min(max(v[low], v[middle]), v[high]))
            var i = low, j = high
            while i <= j {
                while v[i] > pivot { i += 1 }
                while v[j] < pivot { j -= 1 }
                if i <= j { v.swapAt(i, j); i += 1; j -= 1 }
            }
            if wanted <= j { high = j } else if wanted >= i { low = i } else { return v[wanted] }
        }
        return v[wanted]
    }
}
