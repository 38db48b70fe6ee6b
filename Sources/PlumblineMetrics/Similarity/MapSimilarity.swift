/// How alike two maps of the same size are.
public enum MapSimilarity {
    /// Pearson's correlation of the pixels.
    ///
    /// From -1 to 1.
    ///
    /// - Returns: missing if a map is not finite or constant.
    public static func pearson(_ first: HeatMap, _ second: HeatMap) -> Measured {
        if let defect = defect(first, second) { return .missing(defect) }
        return pearsonCorrelation(first.values.map(Double.init), second.values.map(Double.init))
    }

    /// Spearman's rank correlation of the pixels; equal values share their mean rank.
    ///
    /// From -1 to 1.
    ///
    /// - Returns: missing if a map is not finite or constant.
    public static func spearman(_ first: HeatMap, _ second: HeatMap) -> Measured {
        if let defect = defect(first, second) { return .missing(defect) }
        return pearsonCorrelation(ranks(first.values), ranks(second.values))
    }

    /// Why two maps cannot be compared; `nil` if they can.
    static func defect(_ first: HeatMap, _ second: HeatMap) -> MissingReason? {
        precondition(
            (first.height, first.width) == (second.height, second.width),
            "MapSimilarity: maps of \(first.height)x\(first.width) "
                + "and \(second.height)x\(second.width)")
        return first.orderDefect ?? second.orderDefect
    }

    private static func ranks(_ values: [Float]) -> [Double] {
        let ranking = PixelRanking(values)
        var ranks = [Double](repeating: 0, count: values.count)
        ranking.forEachTie { pixels, run in
            let mean = Double(run.lowerBound + run.upperBound - 1) / 2
            for place in run { ranks[pixels[place].index] = mean }
        }
        return ranks
    }
}

/// Pearson's correlation of pairs of numbers.
///
/// From -1 to 1.
///
/// - Returns: missing if all values of one side are equal.
public func pearsonCorrelation(_ first: [Double], _ second: [Double]) -> Measured {
    precondition(first.count == second.count, "pearsonCorrelation: \(first.count), \(second.count)")
    let count = Double(first.count)
    let firstMean = first.reduce(0, +) / count
    let secondMean = second.reduce(0, +) / count
    var products = 0.0
    var firstSquares = 0.0
    var secondSquares = 0.0
    for (a, b) in zip(first, second) {
        products += (a - firstMean) * (b - secondMean)
        firstSquares += (a - firstMean) * (a - firstMean)
        secondSquares += (b - secondMean) * (b - secondMean)
    }
    let scale = (firstSquares * secondSquares).squareRoot()
    return scale > 0 ? .value(products / scale) : .missing(.constantMap)
}
