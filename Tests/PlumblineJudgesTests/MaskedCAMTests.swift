import Foundation
import PlumblineData
import PlumblineJudges
import PlumblineMetrics
import XCTest

/// Values of numpy (Tools/oracle/judge_reference.py).
struct JudgeFixture: Decodable {
    struct Picture: Decodable {
        let alpha: Double
        let beta: Double
        let channels: Int
        let image: [Float]
        let map: [Float]
        let mask: [Bool]
        let weights: [Double]
        let picture: [Double]
        let rule: Double
        let strictRule: Double
    }
    struct Cells: Decodable {
        let correct: [Bool]
        let scores: [Double?]
        let counts: [String: Int]
        let shares: [String: Double]
        let missing: Int
        let error: Double
    }
    struct Sham: Decodable {
        let trueScores: [Double]
        let shamScores: [Double]
        let p: Double
        let outcome: String
    }
    let height: Int
    let width: Int
    let pictures: [Picture]
    let cells: Cells
    let shams: [Sham]

    static func read() throws -> JudgeFixture {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/judges.json")
        return try JSONDecoder().decode(JudgeFixture.self, from: Data(contentsOf: path))
    }
}

final class MaskedCAMTests: XCTestCase {
    func testThePictureIsNumpys() throws {
        let fixture = try JudgeFixture.read()
        XCTAssertEqual(fixture.pictures.count, 4)
        for row in fixture.pictures {
            let cam = MaskedCAM(alpha: row.alpha, beta: row.beta)
            let map = HeatMap(height: fixture.height, width: fixture.width, values: row.map)
            let weights = try cam.weights(of: map).get()
            for (ours, numpy) in zip(weights, row.weights) {
                XCTAssertEqual(Double(ours), numpy, accuracy: 3e-5)
            }
            let image = RasterImage(
                height: fixture.height, width: fixture.width, channels: row.channels,
                values: row.image)
            let picture = MaskedCAM.picture(image, weights)
            XCTAssertEqual(picture.channels, row.channels)
            for (ours, numpy) in zip(picture.values, row.picture) {
                XCTAssertEqual(Double(ours), numpy, accuracy: 3e-5)
            }
        }
    }

    func testTheRuleIsNumpys() throws {
        let fixture = try JudgeFixture.read()
        for row in fixture.pictures {
            let mask = Mask(height: fixture.height, width: fixture.width, pixels: row.mask)
            let question = JudgeQuestion(
                image: "a", label: "cat", png: Data(), weights: row.weights.map(Float.init),
                mask: mask)
            for (needed, value) in [(0.25, row.rule), (1, row.strictRule)] {
                let judgement = RuleJudge(neededShare: needed).judge(question)
                XCTAssertEqual(try XCTUnwrap(judgement.expectation), value, accuracy: 1e-5)
                XCTAssertEqual(judgement.score, .value(value.rounded()))
                XCTAssertTrue(judgement.justification.hasPrefix("5 x "), judgement.justification)
            }
        }
    }

    func testTheRuleWithoutAMask() {
        var question = JudgeQuestion(
            image: "a", label: "cat", png: Data(), weights: [0, 0, 0, 0], mask: nil)
        XCTAssertEqual(RuleJudge().judge(question).score, .missing(.noMask))
        question.mask = Mask(height: 2, width: 2, pixels: [true, false, false, false])
        XCTAssertEqual(RuleJudge().judge(question).score, .missing(.emptyRegion))
        question.weights = [1, 0, 0, 0]
        XCTAssertEqual(RuleJudge().judge(question).score, .value(5))
        question.weights = [0, 1, 1, 1]
        XCTAssertEqual(RuleJudge().judge(question).score, .value(0))
    }

    func testMapsThatCannotBeShown() {
        for (values, reason) in [
            ([Float](repeating: 2, count: 4), MissingReason.constantMap),
            ([0, 1, .nan, 2], .notFinite),
        ] {
            let map = HeatMap(height: 2, width: 2, values: values)
            XCTAssertEqual(MaskedCAM().weights(of: map), .failure(MapDefect(reason: reason)))
        }
    }

    /// Half of the brightness remains where the scaled map is beta.
    func testTheThreshold() {
        XCTAssertEqual(MaskedCAM().weight(0.6), 0.5)
        XCTAssertGreaterThan(MaskedCAM().weight(0.8), 0.99)
        XCTAssertLessThan(MaskedCAM().weight(0.4), 0.01)
    }

    func testPicturesHaveTheirSize() throws {
        let image = RasterImage(height: 30, width: 60, channels: 3, filledWith: 0.5)
        let small = PictureSize(longest: 32).resized(image)
        XCTAssertEqual([small.height, small.width], [16, 32])
        let large = PictureSize(longest: 90).resized(image)
        XCTAssertEqual([large.height, large.width], [45, 90])
        let map = HeatMap(height: 16, width: 32, values: (0..<512).map(Float.init))
        let weights = try MaskedCAM().weights(of: map).get()
        for kind in PictureKind.allCases {
            let png = try kind.picture(small, map, weights: weights).png()
            let decoded = try RasterImage.decode(png, name: "picture")
            XCTAssertEqual([decoded.height, decoded.width, decoded.channels], [16, 32, 3])
        }
        let masked = PictureKind.masked.picture(small, map, weights: weights)
        XCTAssertLessThan(masked.values[0], 1e-3)
        XCTAssertEqual(masked.values[511 * 3], 0.5, accuracy: 1e-3)
    }
}
