import Foundation
import PlumblineStorage
import XCTest

/// `/metric_curves` of a results file.
final class MetricCurveTests: XCTestCase {
    private func results() -> Results {
        var factors = RunFactors()
        (factors.scenario, factors.explanation) = ("align", "grad_cam")
        var results = Results()
        results.runs = [RunResult(run: "r", factors: factors)]
        results.images = ["a", "b"].map { ImageResult(run: "r", image: $0, label: .positive) }
        results.metricCurves = ["a", "b"].flatMap { image in
            [
                CurveResult(
                    run: "r", image: image, metric: "deletion", shares: [0, 0.5, 1],
                    values: [0.9, 0.4, 0.125]),
                CurveResult(
                    run: "r", image: image, metric: "road", series: "most relevant first",
                    shares: [0, 0.2], values: [0.9, 0.7]),
            ]
        }
        return results
    }

    private func withFile(_ body: (String) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "plumbline-\(UUID().uuidString).h5"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    func testCurvesAreReadAsTheyWereWritten() throws {
        try withFile { path in
            try results().write(path)
            XCTAssertEqual(try Results.read(path).metricCurves, results().metricCurves)
            let table = try HDF5File.open(path).table("metric_curves")
            XCTAssertEqual(table.rowCount, 10)
            XCTAssertEqual(table.integers("step"), [0, 1, 2, 0, 1, 0, 1, 2, 0, 1])
            XCTAssertEqual(
                table.texts("scenario").map(Array.init), [String](repeating: "align", count: 10))
            XCTAssertEqual(
                table.texts("explanation").map(Array.init),
                [String](repeating: "grad_cam", count: 10))
        }
    }

    func testAFileWithoutCurvesIsRead() throws {
        try withFile { path in
            var results = results()
            results.metricCurves = []
            try results.write(path)
            XCTAssertEqual(try Results.read(path).metricCurves, [])
        }
    }

    func testACurveOfNoImageOrTwiceIsRefused() throws {
        try withFile { path in
            var results = results()
            results.metricCurves[0].image = "c"
            XCTAssertThrowsError(try results.write(path)) {
                XCTAssertTrue("\($0)".contains("which /images lacks"), "\($0)")
            }
            results.metricCurves[0].image = "b"
            XCTAssertThrowsError(try results.write(path)) {
                XCTAssertTrue("\($0)".contains("twice"), "\($0)")
            }
        }
    }

    /// A new entry of a run takes the place of the old one with its curves.
    func testReplacingARunReplacesItsCurves() {
        var results = results()
        var entry = Results.Entry(run: results.runs[0], images: [results.images[0]])
        entry.metricCurves = [results.metricCurves[0]]
        results.replace(entry)
        XCTAssertEqual(results.metricCurves.count, 1)
    }
}
