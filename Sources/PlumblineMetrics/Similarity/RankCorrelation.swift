/// Spearman's rank correlation of pairs of numbers; equal numbers share their mean rank.
///
/// From -1 to 1.
///
/// - Returns: missing for fewer than three pairs, or if all numbers of one side are equal.
public func spearmanCorrelation(_ first: [Double], _ second: [Double]) -> Measured {
    precondition(
        first.count == second.count, "spearmanCorrelation: \(first.count), \(second.count)")
    guard first.count > 2 else { return .missing(.tooFewImages) }
    let correlation = pearsonCorrelation(meanRanks(first), meanRanks(second))
    return correlation.value == nil ? .missing(.equalValues) : correlation
}

/// The ranks from 1 of some numbers, which must not be NaN; equal ones share their mean rank.
package func meanRanks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
        var end = start + 1
        while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
        for place in start..<end { ranks[order[place]] = Double(start + 1 + end) / 2 }
        start = end
    }
    return ranks
}

extension MissingReason {
    public static let tooFewImages = MissingReason(rawValue: "fewer than three images")
    public static let equalValues = MissingReason(rawValue: "all values are equal")
}
