import PlumblineStatistics
import XCTest

/// One-sample estimates, intervals and tests beside scipy: Tools/oracle/statistics_reference.py.
final class ResamplingTests: XCTestCase {
    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    func testHodgesLehmannAgainstAllPairs() throws {
        let reference = try ReferenceValues()
        for count in [1, 2, 7, 10, 31] {
            let estimate = try XCTUnwrap(hodgesLehmann(Array(reference.gap[..<count])))
            try reference.check("hodges_lehmann_\(count)", estimate)
        }
        XCTAssertEqual(hodgesLehmann([-3, -1, 0, 0]), -0.75)
        XCTAssertEqual(hodgesLehmann([5, 5, 5]), 5)
        XCTAssertNil(hodgesLehmann([]))
        XCTAssertNil(hodgesLehmann([1, .nan]))
    }

    func testSignFlipsAgainstScipy() throws {
        let reference = try ReferenceValues()
        for count in [5, 8, 12] {
            let result = try XCTUnwrap(signFlipTest(Array(reference.gap[..<count])))
            XCTAssertTrue(result.isExact)
            try reference.check("sign_flip_\(count)", result.pValue)
        }
        let drawn = try XCTUnwrap(signFlipTest(reference.gap[..<40].map { $0 - 0.1 }))
        XCTAssertFalse(drawn.isExact)
        // Two simulations of 99,999 draws each: four standard errors.
        XCTAssertEqual(drawn.pValue, try reference.value("sign_flip_drawn"), accuracy: 0.008)
        // All of one sign: 2 of 2^n patterns.
        XCTAssertEqual(signFlipTest([1, 2, 3, 4])?.pValue, 0.125)
        XCTAssertEqual(signFlipTest([0, 0])?.pValue, 1)
        XCTAssertNil(signFlipTest([]))
    }

    func testBootstrapIntervalsAgainstScipy() throws {
        let reference = try ReferenceValues()
        for (method, name) in [
            (BootstrapInterval.Method.percentile, "percentile"), (.bca, "bca"),
        ] {
            let interval = try XCTUnwrap(
                BootstrapInterval.compute(
                    reference.gap, method: method, resamples: 10_000, seed: 5, statistic: mean))
            // scipy's 200,000 draws against 10,000.
            XCTAssertEqual(
                interval.lower, try reference.value("\(name)_mean_low"), accuracy: 1e-3)
            XCTAssertEqual(
                interval.upper, try reference.value("\(name)_mean_high"), accuracy: 1e-3)
        }
    }

    /// numpy's 200,000 draws against 9,999.
    func testBootstrapTAgainstNumpy() throws {
        let reference = try ReferenceValues()
        let interval = try XCTUnwrap(meanInterval(reference.gap))
        XCTAssertEqual(interval.method, "bootstrap-t")
        XCTAssertEqual(interval.lower, try reference.value("bootstrap_t_low"), accuracy: 1e-3)
        XCTAssertEqual(interval.upper, try reference.value("bootstrap_t_high"), accuracy: 1e-3)
    }

    func testBCaFromAGivenDistribution() throws {
        let reference = try ReferenceValues()
        let distribution = try ReferenceValues.rows("bootstrap.csv").dropFirst().map {
            try XCTUnwrap(Double($0[0]))
        }
        let values = Array(reference.gap[..<15])
        let jackknife = values.indices.map { left in
            mean(values.indices.filter { $0 != left }.map { values[$0] })
        }
        let shares = try XCTUnwrap(
            BootstrapInterval.bcaShares(
                [0.025, 0.975], distribution: distribution, estimate: mean(values),
                jackknife: jackknife))
        let sorted = distribution.sorted()
        try reference.check("bca_given_low", BootstrapInterval.quantile(sorted, shares[0]))
        try reference.check("bca_given_high", BootstrapInterval.quantile(sorted, shares[1]))
    }

    /// Six clusters of 1 to 13 values, of which numpy has all 46,656 resamples.
    ///
    /// The ends of 10,000 random ones spread by some 1% of an interval's width.
    func testIntervalsOfUnevenClustersAgainstAllResamples() throws {
        let reference = try ReferenceValues()
        let groups = [1, 2, 3, 5, 8, 13].flatMap { [String](repeating: "of \($0)", count: $0) }
        let values = Array(reference.gap[..<groups.count])
        func check(_ name: String, _ interval: Interval?) throws {
            let interval = try XCTUnwrap(interval)
            let lower = try reference.value("clustered_\(name)_low")
            let upper = try reference.value("clustered_\(name)_high")
            XCTAssertEqual(interval.lower, lower, accuracy: 0.03 * (upper - lower), name)
            XCTAssertEqual(interval.upper, upper, accuracy: 0.03 * (upper - lower), name)
            XCTAssertEqual(interval.units, 6)
        }
        let statistics: [(String, ([Double]) -> Double)] = [
            ("mean", mean), ("median", { BootstrapInterval.quantile($0.sorted(), 0.5) }),
        ]
        for (statistic, compute) in statistics {
            for (method, name) in [
                (BootstrapInterval.Method.percentile, "percentile"), (.bca, "bca"),
            ] {
                try check(
                    "\(name)_\(statistic)",
                    BootstrapInterval.compute(
                        values, groups: groups, method: method, resamples: 10_000,
                        statistic: compute))
            }
        }
        try check(
            "bootstrap_t",
            meanInterval(
                values, groups: groups, seed: 0, resamples: 9_999, bootstrapFrom: 2,
                bootstrapAloneFrom: 2, furthest: .infinity))
    }

    /// Copies of a value in its cluster add no information.
    func testClustersAreDrawnWhole() throws {
        let values = [0.1, 0.4, -0.2, 0.3, 0.25, 0.0]
        let copies = values.flatMap { [$0, $0, $0] }
        let groups = values.indices.flatMap { ["p\($0)", "p\($0)", "p\($0)"] }
        let alone = try XCTUnwrap(
            BootstrapInterval.compute(values, method: .bca, statistic: mean))
        let clustered = try XCTUnwrap(
            BootstrapInterval.compute(copies, groups: groups, method: .bca, statistic: mean))
        XCTAssertEqual(clustered.lower, alone.lower, accuracy: 1e-12)
        XCTAssertEqual(clustered.upper, alone.upper, accuracy: 1e-12)
        XCTAssertEqual(clustered.units, 6)
        XCTAssertNil(BootstrapInterval.compute([1, 1, 1], method: .bca, statistic: mean))
        XCTAssertNil(
            BootstrapInterval.compute([1, 2], groups: ["a", "a"], method: .bca, statistic: mean))
    }
}
