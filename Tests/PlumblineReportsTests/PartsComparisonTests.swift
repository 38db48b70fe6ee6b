import Foundation
import PlumblineReports
import PlumblineStorage
import XCTest

final class PartsComparisonTests: XCTestCase {
    private func file(_ classes: [(name: String, error: Double?, scores: [Double])]) -> PartsFile {
        PartsFile(
            explanation: "grad_cam", source: "m", theta: 0.5, quartiles: "type 7", images: 3,
            top1Error: nil,
            classes: classes.map { entry in
                var parts = entry.scores.enumerated().map { part("part \($0)", $1) }
                parts.append(part(PartsFile.background, 1))
                return PartsFile.Class(
                    name: entry.name, images: 3, withoutParts: 0, top1Error: entry.error,
                    parts: parts)
            }, sweep: [])
    }

    private func part(_ name: String, _ median: Double) -> PartsFile.Part {
        PartsFile.Part(
            part: name, images: 3, absent: 0, missing: 0, missingReasons: [:],
            quantities: ["ph": .init(q1: median / 2, q2: median, q3: median)])
    }

    func testQuadrants() throws {
        let comparison = try PartsComparison(
            [
                ("a", file([("cat", 0.1, [0.8, 0.6]), ("dog", 0.2, [0.1])])),
                ("b", file([("cat", 0.7, [0.9]), ("dog", 0.9, [0.2]), ("cow", nil, [0.5])])),
            ], scoreSplit: 0.5, errorSplit: 0.5)
        XCTAssertEqual(comparison.points.map(\.score), [0.7, 0.1, 0.9, 0.2])
        XCTAssertEqual(
            comparison.points.map(comparison.quadrant),
            [
                "high score, low error", "low score, low error", "high score, high error",
                "low score, high error",
            ])
        XCTAssertEqual(comparison.leftOut, ["b: cow: no top-1 error"])
        let svg = try comparison.figure().svg()
        for text in ["high score, high error", "low score, low error", ">cat<", ">b<", "PHQ2"] {
            XCTAssertTrue(svg.contains(text), text)
        }
    }

    /// Without given splits, the quadrants meet at the medians of the points.
    func testMediansSplit() throws {
        let comparison = try PartsComparison(
            [("a", file([("x", 0.1, [0.8]), ("y", 0.3, [0.4]), ("z", 0.2, [0.5])]))],
            quartile: .q1)
        XCTAssertEqual(comparison.scoreSplit, 0.25)
        XCTAssertEqual(comparison.errorSplit, 0.2)
    }

    func testASummaryIsReadAsItWasWritten() throws {
        let folder = NSTemporaryDirectory() + "plumbline-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/a.json"
        let written = file([("cat", nil, [0.8]), ("dog", 0.25, [0.1])])
        try written.write(path)
        XCTAssertEqual(try PartsFile.read(path), written)
        // The key is there where there is no error.
        let text = try String(contentsOfFile: path, encoding: .utf8)
        XCTAssertTrue(text.contains("\"top1_error\" : null"), text)

        func refusal(_ text: String) throws -> String {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            do { _ = try PartsFile.read(path) } catch { return "\(error)" }
            return "nothing was thrown"
        }
        let range = try refusal(text.replacing("0.25", with: "1.25"))
        XCTAssertTrue(range.contains("dog: top1_error: is 1.25, not from 0 to 1"), range)
        let other = try refusal(text.replacing("parts/1", with: "parts/9"))
        XCTAssertTrue(other.contains("plumbline.parts/1 is wanted"), other)
        let cut = try refusal(String(text.prefix(100)))
        XCTAssertTrue(cut.contains("is no JSON"), cut)
        let type = try refusal(text.replacing("\"theta\" : 0.5", with: "\"theta\" : \"x\""))
        XCTAssertTrue(type.contains("theta: has another type"), type)
    }
}
