/// P values corrected for several tests by Benjamini and Hochberg's step-up method (1995).
///
/// The i-th smallest of m p values becomes the smallest of `m p_(j) / j` over `j >= i`, at most 1.
/// Rejecting those below a level keeps the expected share of false rejections among the rejections
/// at most at the level, where the tests are independent or positively dependent.
///
/// - Parameter pValues: of all tests of the family.
/// - Returns: the corrected values, in the order of the tests.
public func benjaminiHochbergCorrection(_ pValues: [Double]) -> [Double] {
    let order = pValues.indices.sorted { pValues[$0] < pValues[$1] }
    var corrected = [Double](repeating: 1, count: pValues.count)
    var smallest = 1.0
    for (place, test) in order.enumerated().reversed() {
        smallest = min(smallest, Double(pValues.count) / Double(place + 1) * pValues[test])
        corrected[test] = smallest
    }
    return corrected
}
