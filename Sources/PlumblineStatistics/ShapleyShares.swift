/// How much of a difference each of some switches accounts for, from a full factorial design.
///
/// The share of switch i is the mean of what turning it on adds, over all orders in which the
/// switches can be turned on (Shapley 1953):
///
/// `s_i = sum over S without i of |S|! (k - |S| - 1)! / k! (v(S + i) - v(S))`.
///
/// The shares sum to the value with all switches on less the value with all of them off.
public struct ShapleyShares: Sendable, Equatable {
    /// One share per switch.
    public let shares: [Double]
    /// The value with all switches on less that with all of them off.
    public let total: Double

    /// - Parameter values: by the set of the switches that are on: bit i of the index is switch i.
    ///   Their number is a power of 2, from 2 to 2^20.
    public init(_ values: [Double]) {
        let count = values.count.trailingZeroBitCount
        precondition(
            (1...20).contains(count) && values.count == 1 << count,
            "ShapleyShares: \(values.count) values; 2 to the number of switches are wanted")
        total = values[values.count - 1] - values[0]
        // |S|! (k - |S| - 1)! / k!, as 1 / (k (k - 1 over |S|)).
        var weights = [1.0 / Double(count)]
        for size in 1..<max(count, 2) {
            weights.append(weights[size - 1] * Double(size) / Double(max(count - size, 1)))
        }
        shares = (0..<count).map { factor in
            var share = 0.0
            for set in values.indices where set & (1 << factor) == 0 {
                share += weights[set.nonzeroBitCount] * (values[set | (1 << factor)] - values[set])
            }
            return share
        }
    }
}
