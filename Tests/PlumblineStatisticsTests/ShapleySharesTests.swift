import PlumblineStatistics
import XCTest

final class ShapleySharesTests: XCTestCase {
    /// The mean over all orders, counted one by one.
    func testSharesAreTheMeanOverOrders() {
        var random = SplitMix64(seed: 5)
        for count in 1...5 {
            let values = (0..<(1 << count)).map { _ in random.uniform() }
            let found = ShapleyShares(values)
            var expected = [Double](repeating: 0, count: count)
            let orders = permutations(Array(0..<count))
            for order in orders {
                var set = 0
                for factor in order {
                    expected[factor] += values[set | (1 << factor)] - values[set]
                    set |= 1 << factor
                }
            }
            for (share, sum) in zip(found.shares, expected) {
                XCTAssertEqual(share, sum / Double(orders.count), accuracy: 1e-12)
            }
            XCTAssertEqual(found.shares.reduce(0, +), found.total, accuracy: 1e-12)
            XCTAssertEqual(found.total, values.last! - values[0])
        }
    }

    /// Switches that do not interact have their own effect as their share.
    func testAnAdditiveDesign() {
        let effects = [0.5, -2, 0.25]
        let values = (0..<8).map { set in
            effects.indices.reduce(1.0) { $0 + (set & (1 << $1) != 0 ? effects[$1] : 0) }
        }
        for (share, effect) in zip(ShapleyShares(values).shares, effects) {
            XCTAssertEqual(share, effect, accuracy: 1e-12)
        }
    }

    private func permutations(_ items: [Int]) -> [[Int]] {
        guard items.count > 1 else { return [items] }
        return items.indices.flatMap { index in
            var rest = items
            let first = rest.remove(at: index)
            return permutations(rest).map { [first] + $0 }
        }
    }
}
