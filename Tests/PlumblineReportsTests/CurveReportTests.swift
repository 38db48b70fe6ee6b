import PlumblineReports
import PlumblineStorage
import XCTest

final class CurveReportTests: XCTestCase {
    private func results(_ curves: [[Double]], shares: [[Double]]? = nil) -> Results {
        var factors = RunFactors()
        (factors.scenario, factors.explanation) = ("align", "grad_cam")
        var results = Results()
        results.runs = [RunResult(run: "r", factors: factors)]
        for (index, values) in curves.enumerated() {
            results.images.append(ImageResult(run: "r", image: "\(index)", label: .positive))
            results.metricCurves.append(
                CurveResult(
                    run: "r", image: "\(index)", metric: "deletion",
                    shares: shares?[index] ?? [0, 0.5, 1], values: values))
        }
        return results
    }

    func testMeansAreaAndInterval() throws {
        let curves = try CurveReport(
            results([[1, 0.5, 0.2], [0.8, 0.3, 0.2], [0.9, 0.4, 0.2]]), path: "r.h5"
        ).curves
        XCTAssertEqual(curves.count, 1)
        for (found, expected) in zip(curves[0].mean, [0.9, 0.4, 0.2]) {
            XCTAssertEqual(found, expected, accuracy: 1e-12)
        }
        XCTAssertEqual(curves[0].area, 0.25 * (0.9 + 2 * 0.4 + 0.2), accuracy: 1e-12)
        // Student's t with two degrees of freedom: 4.3027 standard errors of 0.1 / sqrt(3).
        XCTAssertEqual(
            curves[0].high[0] - 0.9, 4.302652729749462 * 0.1 / 3.0.squareRoot(),
            accuracy: 1e-9)
        // All values are equal: no interval.
        XCTAssertEqual(curves[0].low[2], curves[0].mean[2])
        XCTAssertEqual(curves[0].images, 3)
    }

    /// Values that do not exist are left out of the mean of their step, and counted.
    func testMissingValuesAndOtherStepsAreCounted() throws {
        let report = try CurveReport(
            results(
                [[1, .nan, 0.2], [0.8, 0.3, 0.2], [0.5, 0.5]],
                shares: [[0, 0.5, 1], [0, 0.5, 1], [0, 1]]), path: "r.h5")
        XCTAssertEqual(report.curves[0].mean[1], 0.3)
        XCTAssertEqual(report.curves[0].missing, 1)
        XCTAssertEqual(report.curves[0].images, 2)
        XCTAssertEqual(report.curves[0].otherSteps, 1)
        XCTAssertEqual(report.metrics, ["deletion"])
        XCTAssertTrue(
            report.csv.contains("deletion,,align,grad_cam,1,0.5,0.3,0.3,0.3,2"), report.csv)
        let svg = try report.figure("deletion").svg()
        XCTAssertTrue(svg.contains("align, grad_cam (n = 2)"), svg)
    }

    func testAFileWithoutCurves() {
        XCTAssertThrowsError(try CurveReport(Results(), path: "r.h5")) {
            XCTAssertTrue("\($0)".contains("r.h5"), "\($0)")
            XCTAssertTrue("\($0)".contains("has no curves"), "\($0)")
        }
    }
}
