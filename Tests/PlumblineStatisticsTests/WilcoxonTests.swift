import PlumblineStatistics
import XCTest

/// Expected values: Reference/reference.py (scipy.stats.wilcoxon).
final class WilcoxonTests: XCTestCase {
    func testExactAgainstScipy() {
        let fifteen = wilcoxonSignedRank(
            [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75])!
        XCTAssertEqual(fifteen.pValue, 0.041259765625, accuracy: 1e-14)
        XCTAssertEqual(fifteen.statistic, 24)
        XCTAssertEqual(fifteen.method, .exact)
        let values = (0..<50).map { place -> Double in
            Double(place * 37 % 101) - 40.5 + Double(place) / 1000
        }
        let fifty = wilcoxonSignedRank(values)!
        XCTAssertEqual(fifty.pValue, 0.039015525521861605, accuracy: 1e-13)
        XCTAssertEqual(fifty.statistic, 424)
        XCTAssertEqual(fifty.method, .exact)
    }

    func testTiesAndZerosAgainstScipysSignPatterns() {
        let tied = wilcoxonSignedRank([1, 1, 2, -2, 3, 3, 4, -1, 5, 5, 6, 6])!
        XCTAssertEqual(tied.pValue, 0.0087890625, accuracy: 1e-15)
        let zeros = wilcoxonSignedRank([0, 0, 1, -1, 2, 2, 3, -3, 4, 4, 5, 5, 6, -2, 7, 0])!
        XCTAssertEqual(zeros.pValue, 0.01708984375, accuracy: 1e-15)
        XCTAssertEqual(zeros.count, 13)
        XCTAssertEqual(zeros.zeros, 3)
        // No exact test of five differences can be below 2 / 32.
        XCTAssertEqual(wilcoxonSignedRank([0.3, 0.3, 0.3, 0.3, 0.3])!.pValue, 0.0625)
        // Twelve with 3 zeros: 33 patterns in 512 have a sum of at most 9, twice.
        XCTAssertEqual(
            wilcoxonSignedRank([0, 1, 2, 3, 0, 4, 5, 6, 7, 0, 8, -9])!.pValue, 66.0 / 512)
        // All but the smallest of 12 on one side, with ties: 4 patterns in 4096, twice.
        XCTAssertEqual(
            wilcoxonSignedRank([-1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 5])!.pValue, 8.0 / 4096)
    }

    func testLargeSamplesAgainstScipysNormal() {
        let sixty = wilcoxonSignedRank((0..<60).map { Double($0 * 37 % 101 - 40) })!
        XCTAssertEqual(sixty.pValue, 0.02263320893600752, accuracy: 1e-14)
        XCTAssertEqual(sixty.statistic, 583)
        XCTAssertEqual(sixty.method, .normal)
        let eighty = wilcoxonSignedRank((0..<80).map { Double($0 * 7 % 13 - 5) })!
        XCTAssertEqual(eighty.pValue, 0.033932711308950626, accuracy: 1e-14)
        XCTAssertEqual(eighty.zeros, 6)
    }

    /// Every sign pattern of the ranks, counted one by one.
    func testEverySignPatternOfSmallSamples() {
        var random = SplitMix64(seed: 11)
        for n in 1...12 {
            for _ in 0..<6 {
                let values = (0..<n).map { _ in (random.uniform() * 9).rounded() - 4 }
                XCTAssertEqual(
                    wilcoxonSignedRank(values)?.pValue, patterns(values), "\(values)")
            }
        }
    }

    private func patterns(_ values: [Double]) -> Double? {
        let nonzero = values.filter { $0 != 0 }
        guard !nonzero.isEmpty else { return nil }
        let ranks = nonzero.map { value -> Double in
            let below = nonzero.count { abs($0) < abs(value) }
            let equal = nonzero.count { abs($0) == abs(value) }
            return Double(below) + Double(equal + 1) / 2
        }
        let middle = ranks.reduce(0, +) / 2
        let observed = zip(nonzero, ranks).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : 0) }
        let all = 1 << ranks.count
        let asFar = (0..<all).count { pattern in
            let sum = ranks.indices.reduce(0.0) { $0 + (pattern >> $1 & 1 == 1 ? ranks[$1] : 0) }
            return abs(sum - middle) >= abs(observed - middle)
        }
        return Double(asFar) / Double(all)
    }

    func testNoTestWithoutDifferences() {
        XCTAssertNil(wilcoxonSignedRank([]))
        XCTAssertNil(wilcoxonSignedRank([0, 0, -0.0]))
        XCTAssertNil(wilcoxonSignedRank([1, .nan]))
        XCTAssertNil(clusteredWilcoxon([0.1, -0.1], groups: ["a", "a"]))
        XCTAssertNil(clusteredWilcoxon([0.1, 0.2, -0.3], groups: ["a", "a", "a"]))
    }

    func testGroupsAreTheUnits() {
        // Means 2, 0 (dropped), -1; the two images without a name stand alone.
        let result = clusteredWilcoxon(
            [1, 3, 5, -5, -1, 4, 6], groups: ["a", "a", "b", "b", "c", "", ""])
        XCTAssertEqual(result, wilcoxonSignedRank([2, 0, -1, 4, 6]))
        XCTAssertEqual(result?.zeros, 1)
    }

    /// Three images for each of 20 patients, correlation 0.5: the test by images is wrong three
    /// times as often as it says.
    func testFalsePositivesUnderGroups() {
        var simulation = Simulation(random: SplitMix64(seed: 12))
        let repetitions = 1_000
        var byGroup = 0
        var byImage = 0
        for _ in 0..<repetitions {
            let (values, groups) = simulation.correlated(sizes: Array(repeating: 3, count: 20))
            if clusteredWilcoxon(values, groups: groups)!.pValue <= 0.05 { byGroup += 1 }
            if wilcoxonSignedRank(values)!.pValue <= 0.05 { byImage += 1 }
        }
        XCTAssertTrue((30...70).contains(byGroup), "\(byGroup) of \(repetitions)")
        XCTAssertGreaterThan(byImage, 120)
    }
}
