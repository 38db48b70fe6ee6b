/// Correlations of two lists of values.
public enum Correlation {
    /// Pearson's correlation.
    ///
    /// - Returns: from -1 to 1; `nil` for fewer than two values, for lists of different lengths, a
    ///   value that is not finite, or a list of equal values.
    public static func pearson(_ first: [Double], _ second: [Double]) -> Double? {
        let n = Double(first.count)
        guard first.count == second.count, first.count > 1, first.allSatisfy(\.isFinite),
            second.allSatisfy(\.isFinite)
        else { return nil }
        let (a, b) = (first.reduce(0, +) / n, second.reduce(0, +) / n)
        var (ab, aa, bb) = (0.0, 0.0, 0.0)
        for (x, y) in zip(first, second) {
            ab += (x - a) * (y - b)
            aa += (x - a) * (x - a)
            bb += (y - b) * (y - b)
        }
        guard aa > 0, bb > 0 else { return nil }
        return max(-1, min(1, ab / (aa.squareRoot() * bb.squareRoot())))
    }

    /// Spearman's rank correlation; equal values share their mean rank.
    ///
    /// - Returns: as ``pearson(_:_:)``.
    public static func spearman(_ first: [Double], _ second: [Double]) -> Double? {
        guard first.allSatisfy(\.isFinite), second.allSatisfy(\.isFinite) else { return nil }
        return pearson(meanRanks(first), meanRanks(second))
    }

    /// The rank of each value from 1 on; equal values share their mean rank.
    public static func meanRanks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start
            while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
            for place in start..<end { ranks[order[place]] = Double(start + 1 + end) / 2 }
            start = end
        }
        return ranks
    }
}
