import PlumblineStatistics
import XCTest

/// The interval that is printed for a gap, and the means that it comes from.
final class GapIntervalTests: XCTestCase {
    private let values = [0.31, -0.12, 0.4, 0.22, 0.05, 0.6, 0.17, -0.2, 0.33, 0.08]
    private let patients = ["a", "a", "a", "b", "b", "c", "c", "c", "c", "d"]

    /// The same number by the general regression, which is compared with R's clubSandwich.
    func testTheClusteredMeanIsTheRegressionOfAnInterceptAlone() throws {
        let mean = try XCTUnwrap(ClusteredMean(values, groups: patients))
        let fit = try LeastSquares(values, on: DesignMatrix(rows: values.count))
        let term = try fit.clusteredCR2(by: patients)[0]
        XCTAssertEqual(mean.mean, term.estimate, accuracy: 1e-14)
        XCTAssertEqual(mean.standardError, term.standardError, accuracy: 1e-13)
        XCTAssertEqual(mean.degrees, term.degrees, accuracy: 1e-9)
        XCTAssertEqual(mean.pValue, term.pValue, accuracy: 1e-12)
        XCTAssertEqual(mean.units, 4)
        XCTAssertEqual(mean.interval()!.lower, term.interval!.lower, accuracy: 1e-12)
    }

    /// scipy.stats.ttest_1samp of the ten values: t 2.404, p 0.0396.
    func testWithoutGroupsItIsStudentsT() throws {
        let mean = try XCTUnwrap(ClusteredMean(values))
        XCTAssertEqual(mean.degrees, 9, accuracy: 1e-9)
        XCTAssertEqual(mean.mean / mean.standardError, Self.scipyT, accuracy: 1e-9)
        XCTAssertEqual(mean.pValue, Self.scipyP, accuracy: 1e-9)
    }
    private static let scipyT = 2.404458518050857
    private static let scipyP = 0.03960728467868742

    func testTwoValuesHaveStudentsInterval() throws {
        let interval = try XCTUnwrap(GapInterval.recommended([0.1, 0.3]))
        // t of one degree of freedom is tan(0.475 pi); the standard error is 0.1.
        XCTAssertEqual(interval.lower, 0.2 - 0.1 * 12.706204736432095, accuracy: 1e-9)
        XCTAssertEqual(interval.method, "Student t, for normal differences only")
    }

    func testNothingTellsHowOneUnitSpreads() {
        XCTAssertNil(GapInterval.recommended([0.1]))
        XCTAssertNil(GapInterval.recommended([0.1, 0.2, 0.3], groups: ["a", "a", "a"]))
        XCTAssertNil(GapInterval.recommended([0.1, 0.1, 0.1]))
        XCTAssertNil(GapInterval.recommended([0.1, .nan]))
    }

    func testEvenUnitsKeepTheBootstrap() {
        let groups = (0..<20).map { "patient \($0 / 2)" }
        let many = (0..<20).map { Double($0 * $0 % 7) }
        XCTAssertEqual(
            GapInterval.recommended(many, groups: groups, seed: 3),
            meanInterval(many, groups: groups, seed: 3))
    }

    /// Ten patients of which one has most images count as few.
    func testOneLargePatientLeavesFewEffectiveUnits() throws {
        let groups = (0..<40).map { $0 < 9 ? "patient \($0)" : "large" }
        let many = (0..<40).map { Double($0 * $0 % 11) }
        let interval = try XCTUnwrap(GapInterval.recommended(many, groups: groups))
        XCTAssertTrue(interval.method.hasPrefix("CR2 t over groups"), interval.method)
        XCTAssertEqual(interval.units, 10)
    }

    func testAMeanOverImagesAndPairs() throws {
        let first = (0..<12).map { "image \($0 % 4)" }
        let second = (0..<12).map { "pair \($0 / 4)" }
        let values = (0..<12).map { Double($0 * $0 % 13) }
        let mean = try XCTUnwrap(CrossedMean(values, first: first, second: second))
        let numpy = Self.numpyCrossed
        XCTAssertEqual(mean.mean, numpy.mean, accuracy: 1e-12)
        XCTAssertEqual(mean.standardError, numpy.error, accuracy: 1e-12)
        XCTAssertEqual(mean.degrees, numpy.degrees, accuracy: 1e-9)
        XCTAssertNil(
            CrossedMean(values, first: first, second: [String](repeating: "one", count: 12)))
    }
    private static let numpyCrossed = (
        mean: 6.416666666666667, error: 1.7051121392469786, degrees: 2.0
    )
}
