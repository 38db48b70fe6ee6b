/// P values corrected for several tests by Holm's step-down method (1979).
///
/// The i-th smallest of m p values becomes the largest of `(m - j + 1) p_(j)` over `j <= i`, at
/// most 1. The chance of any false rejection is then at most the level, whatever the tests have in
/// common.
///
/// - Parameter pValues: of all tests.
/// - Returns: the corrected values, in the order of the tests.
public func holmCorrection(_ pValues: [Double]) -> [Double] {
    let order = pValues.indices.sorted { pValues[$0] < pValues[$1] }
    var corrected = [Double](repeating: 1, count: pValues.count)
    var largest = 0.0
    for (place, test) in order.enumerated() {
        largest = max(largest, min(1, Double(pValues.count - place) * pValues[test]))
        corrected[test] = largest
    }
    return corrected
}
