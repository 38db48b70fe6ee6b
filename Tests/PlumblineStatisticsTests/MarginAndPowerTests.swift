import PlumblineStatistics
import XCTest

/// Margins, corrections, power and distributions beside scipy.
final class MarginAndPowerTests: XCTestCase {
    func testMarginsAgainstScipy() throws {
        let reference = try ReferenceValues()
        for (name, estimate, error, degrees, margin) in [
            ("a", 0.01, 0.02, 11.0, 0.05), ("b", -0.03, 0.01, 5, 0.05),
            ("c", 0.002, 0.004, .infinity, 0.01),
        ] {
            let equivalence = try XCTUnwrap(
                MarginTest.equivalence(
                    estimate, standardError: error, degrees: degrees, margin: margin))
            try reference.check("tost_\(name)", equivalence.pValue)
            try reference.check("tost_\(name)_low", equivalence.lower)
            // The interval and the p value say the same.
            XCTAssertEqual(equivalence.isSupported, equivalence.pValue < 0.05, name)
            let inferiority = try XCTUnwrap(
                MarginTest.nonInferiority(
                    estimate, standardError: error, degrees: degrees, margin: margin))
            try reference.check("non_inferiority_\(name)", inferiority.pValue)
            XCTAssertEqual(inferiority.isSupported, inferiority.pValue < 0.05, name)
        }
        XCTAssertNil(MarginTest.equivalence(0, standardError: 0, degrees: 4, margin: 1))
        XCTAssertNil(MarginTest.equivalence(0, standardError: 1, degrees: 4, margin: 0))
    }

    func testBenjaminiHochbergAgainstScipy() throws {
        let reference = try ReferenceValues()
        let corrected = benjaminiHochbergCorrection([0.001, 0.2, 0.013, 0.04, 0.041, 0.9, 0.013])
        for (index, value) in corrected.enumerated() {
            try reference.check("benjamini_hochberg_\(index)", value)
        }
        XCTAssertEqual(benjaminiHochbergCorrection([]), [])
    }

    func testPowerAgainstScipy() throws {
        let reference = try ReferenceValues()
        for (name, effect, deviation, units) in [
            ("0.5_1_10", 0.5, 1.0, 10), ("0.2_1_50", 0.2, 1, 50), ("1.5_1_3", 1.5, 1, 3),
            ("0.1_0.3_400", 0.1, 0.3, 400), ("2.0_1_2", 2, 1, 2), ("0.0_1_8", 0, 1, 8),
        ] {
            let power = try XCTUnwrap(
                Power.ofMean(effect: effect, deviation: deviation, units: units))
            try reference.check("power_\(name)", power)
        }
        let needed = try XCTUnwrap(Power.unitsNeeded(effect: 0.02, deviation: 0.1))
        XCTAssertEqual(needed, 199)
        let fewer = try XCTUnwrap(Power.ofMean(effect: 0.02, deviation: 0.1, units: needed - 1))
        XCTAssertLessThan(fewer, 0.8)
        XCTAssertNil(Power.unitsNeeded(effect: 0, deviation: 1))
        XCTAssertNil(Power.ofMean(effect: 1, deviation: 1, units: 1))
        XCTAssertEqual(
            Power.pairDeviation(pair: 0.04, seed: 0.09, rest: 1, seeds: 3, images: 50),
            (0.04 + 0.03 + 1 / 150.0).squareRoot(), accuracy: 1e-15)
    }

    func testCorrelationsAndDensitiesAgainstScipy() throws {
        let reference = try ReferenceValues()
        let size = reference.design.columns[3]
        try reference.check(
            "pearson", XCTUnwrap(Correlation.pearson(reference.gap, size)))
        try reference.check(
            "spearman", XCTUnwrap(Correlation.spearman(reference.gap, size)))
        XCTAssertNil(Correlation.pearson([1, 1], [1, 2]))
        let density = try XCTUnwrap(KernelDensity(reference.gap, bounds: 0...0.3))
        try reference.check("kernel_width", density.bandwidth)
        for place in [0.0, 0.05, 0.2, 0.3] {
            try reference.check("kernel_\(place)", density.at(place))
        }
        XCTAssertEqual(density.at(-0.01), 0)
        XCTAssertNil(KernelDensity([1, 1, 1]))
    }

    func testNormalQuantilesAgainstScipy() throws {
        let reference = try ReferenceValues()
        for probability in [1e-12, 0.001, 0.025, 0.3, 0.5, 0.8, 0.999999] {
            try reference.check(
                "normal_\(probability)", XCTUnwrap(NormalDistribution.quantile(probability)))
        }
        XCTAssertNil(NormalDistribution.quantile(1.5))
    }
}
