import PlumblineStatistics
import XCTest

final class MeanIntervalTests: XCTestCase {
    /// scipy.stats.t.interval(0.95, 3, loc=mean, scale=sem) of these four.
    func testFewDifferencesGetStudentsInterval() {
        let interval = meanInterval([0.1, 0.4, 0.2, 0.5])!
        XCTAssertEqual(interval.method, "Student t")
        XCTAssertEqual(interval.lower, 0.009483728424523497, accuracy: 1e-12)
        XCTAssertEqual(interval.upper, 0.5905162715754765, accuracy: 1e-12)
        XCTAssertEqual(interval.units, 4)
    }

    /// The 2.5% points of t over all 5^5 and 6^6 resamples: -12.2 and 1.67, -2.600 and 2.635
    /// (Reference/reference.py; 9,999 resamples come within 0.1).
    ///
    /// Student's are 2.776 and 2.571; twice Student's is the bound.
    func testBelow20EachEndIsTheFartherOne() {
        func ends(_ values: [Double]) -> (lower: Double, upper: Double) {
            let count = Double(values.count)
            let mean = values.reduce(0, +) / count
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let error = (squares / (count - 1) / count).squareRoot()
            let interval = meanInterval(values)!
            XCTAssertEqual(interval.method, "wider of Student t and bootstrap-t")
            return ((interval.lower - mean) / error, (interval.upper - mean) / error)
        }
        let skewed = ends([0.1, 0.2, 0.25, 0.4, 1.5])
        XCTAssertEqual(skewed.lower, -2.7764451051977934, accuracy: 1e-9)
        XCTAssertEqual(skewed.upper, 2 * 2.7764451051977934, accuracy: 1e-9)
        let even = ends([0.1, 0.35, 0.3, 0.4, 0.2, 0.55])
        XCTAssertEqual(even.lower, -2.635, accuracy: 0.1)
        XCTAssertEqual(even.upper, 2.600, accuracy: 0.1)
    }

    /// Equal sizes: Student's interval of the means of the groups, 1, 2 and 4.5.
    func testGroupsOfEqualSizeGetStudentsIntervalOfTheirMeans() {
        let interval = meanInterval(
            [0, 2, 2, 2, 4, 5], groups: ["a", "a", "b", "b", "c", "c"])!
        let means = meanInterval([1, 2, 4.5])!
        XCTAssertEqual(interval.method, "Student t over groups")
        XCTAssertEqual(interval.lower, means.lower, accuracy: 1e-12)
        XCTAssertEqual(interval.upper, means.upper, accuracy: 1e-12)
        XCTAssertEqual(interval.units, 3)
    }

    func testGroupsThatDoNotRepeatChangeNothing() {
        let values = (0..<30).map { Double(($0 * 17) % 31) }
        XCTAssertEqual(
            meanInterval(values, groups: values.indices.map { "\($0)" }), meanInterval(values))
        XCTAssertEqual(
            meanInterval(values, groups: values.map { _ in "" }), meanInterval(values))
    }

    func testOrderDoesNotMatter() {
        var random = SplitMix64(seed: 5)
        let values = (0..<40).map { _ in random.uniform() - 0.3 }
        let groups = (0..<40).map { "\($0 % 13)" }
        let order = values.indices.shuffled(using: &random)
        XCTAssertEqual(meanInterval(values), meanInterval(order.map { values[$0] }))
        XCTAssertEqual(
            meanInterval(values, groups: groups),
            meanInterval(order.map { values[$0] }, groups: order.map { groups[$0] }))
        XCTAssertNotEqual(meanInterval(values, seed: 0), meanInterval(values, seed: 1))
    }

    func testNoIntervalWhereNothingTellsTheSpread() {
        XCTAssertNil(meanInterval([]))
        XCTAssertNil(meanInterval([0.1]))
        XCTAssertNil(meanInterval([0.1, 0.3, 0.2], groups: ["a", "a", "a"]))
        XCTAssertNil(meanInterval(Array(repeating: 0.1, count: 67)))
        XCTAssertNil(meanInterval([0.1, 0.1, 0.1]))
        XCTAssertNil(meanInterval([0.1, .nan, 0.2]))
    }

    /// A resample without the outlier has almost no spread; the interval stays within bounds.
    func testOneOutlierDoesNotStretchTheIntervalWithoutBound() {
        let values = (0..<19).map { 0.001 + Double($0) * 1e-6 } + [0.5]
        let interval = meanInterval(values)!
        let mean = values.reduce(0, +) / 20
        XCTAssertEqual(interval.method, "bootstrap-t")
        XCTAssertLessThan(interval.upper, mean + 0.11)
        XCTAssertGreaterThan(interval.upper, mean)
        XCTAssertLessThan(interval.lower, mean)
    }

    /// Shifting and scaling the data shifts and scales the interval.
    func testScaleAndShift() {
        let values = (0..<25).map { Double(($0 * $0 * 17) % 31) }
        let interval = meanInterval(values)!
        let moved = meanInterval(values.map { $0 / 8 + 2 })!
        XCTAssertEqual(moved.lower, interval.lower / 8 + 2, accuracy: 1e-9)
        XCTAssertEqual(moved.upper, interval.upper / 8 + 2, accuracy: 1e-9)
    }

    func testPairedGap() {
        let gap = PairedGap(
            [0.5, 0.1, 0.4, 0.2, 0.3, 0.6], groups: ["a", "a", "b", "b", "c", "c"])!
        XCTAssertEqual(gap.count, 6)
        XCTAssertEqual(gap.mean, 0.35, accuracy: 1e-12)
        XCTAssertEqual(gap.median, 0.35, accuracy: 1e-12)
        XCTAssertEqual(gap.interval?.units, 3)
        XCTAssertEqual(gap.test?.pValue, 0.25)
        XCTAssertNil(PairedGap([]))
        XCTAssertNil(PairedGap([0.1])!.interval)
    }

    func testChanceCorrected() {
        XCTAssertEqual(chanceCorrected(0.4, chance: 0.2)!, 0.25, accuracy: 1e-15)
        XCTAssertEqual(chanceCorrected(0.2, chance: 0.2), 0)
        XCTAssertEqual(chanceCorrected(1, chance: 0.7)!, 1, accuracy: 1e-15)
        XCTAssertNil(chanceCorrected(1, chance: 1))
        XCTAssertNil(chanceCorrected(.nan, chance: 0.1))
    }

    /// The first outputs of the authors' code (https://prng.di.unimi.it/splitmix64.c) from state 0.
    func testSplitMix64() {
        var random = SplitMix64(seed: 0)
        XCTAssertEqual(random.next(), 0xE220_A839_7B1D_CDAF)
        XCTAssertEqual(random.next(), 0x6E78_9E6A_A1B9_65F4)
        XCTAssertEqual(random.next(), 0x06C4_5D18_8009_454F)
    }
}
