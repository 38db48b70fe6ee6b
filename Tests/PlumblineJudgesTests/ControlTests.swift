import PlumblineData
import PlumblineJudges
import PlumblineMetrics
import XCTest

/// The four cells and the sham controls; values of numpy and scipy
/// (Tools/oracle/judge_reference.py).
final class ControlTests: XCTestCase {
    func testTheCellsAreNumpys() throws {
        let fixture = try JudgeFixture.read().cells
        var matrix = FourCellMatrix()
        for (index, isCorrect) in fixture.correct.enumerated() {
            matrix.add(
                "\(index)", isCorrect: isCorrect,
                score: fixture.scores[index].map { .value($0) } ?? .missing(.unparsable))
        }
        for cell in AttentionCell.allCases {
            XCTAssertEqual(matrix.count(cell), fixture.counts[cell.rawValue])
            XCTAssertEqual(
                try XCTUnwrap(matrix.share(cell).value),
                try XCTUnwrap(fixture.shares[cell.rawValue]),
                accuracy: 1e-12)
        }
        XCTAssertEqual(matrix.missingCount, fixture.missing)
        XCTAssertEqual(matrix.missing["unparsable"]?.first, "0")
        XCTAssertEqual(
            try XCTUnwrap(matrix.errorShare.value), fixture.error, accuracy: 1e-12)
    }

    func testACellNeedsAScoreAndALabel() {
        var matrix = FourCellMatrix()
        XCTAssertNil(matrix.add("a", isCorrect: nil, score: .value(5)))
        XCTAssertNil(matrix.add("b", isCorrect: true, score: .missing(.noMask)))
        XCTAssertEqual(matrix.share(.correct), .missing(.noImages))
        XCTAssertEqual(matrix.errorShare, .missing(.noImages))
        XCTAssertEqual(matrix.add("c", isCorrect: true, score: .value(2.5)), .correct)
        XCTAssertEqual(matrix.add("d", isCorrect: false, score: .value(2.5)), .misunderstoodObject)
        XCTAssertEqual(matrix.add("e", isCorrect: true, score: .value(2)), .attendsToWrongObject)
        XCTAssertEqual(matrix.add("f", isCorrect: false, score: .value(2)), .lackOfUnderstanding)
        XCTAssertEqual(matrix.images[.correct], ["c"])
        XCTAssertEqual(matrix.total, 4)
        XCTAssertEqual(matrix.missingCount, 2)
    }

    func testTheVerdictIsScipys() throws {
        for sham in try JudgeFixture.read().shams {
            let verdict = ShamVerdict(
                zip(sham.trueScores, sham.shamScores).map { ($0, $1) })
            XCTAssertEqual(try XCTUnwrap(verdict.pValue), sham.p, accuracy: 1e-12)
            XCTAssertEqual(verdict.outcome.rawValue, sham.outcome)
        }
    }

    /// A judge that prefers the wrong mask is as blind as one that always says the same.
    func testBlindJudges() {
        let same = ShamVerdict((0..<20).map { _ in (3, 3) })
        XCTAssertEqual(same.outcome, .blind)
        XCTAssertNil(same.pValue)
        XCTAssertTrue(same.text.contains("BLIND"), same.text)
        XCTAssertEqual(ShamVerdict((0..<20).map { _ in (1, 4) }).outcome, .blind)
        XCTAssertEqual(ShamVerdict((0..<20).map { _ in (4, 1) }).outcome, .separates)
        let missing = ShamVerdict((0..<20).map { $0 < 4 ? (4, 1) : (nil, 1) })
        XCTAssertEqual(missing.outcome, .tooFew)
        XCTAssertEqual(missing.missing, 16)
        XCTAssertEqual(ShamVerdict([]).outcome, .tooFew)
    }

    func testTheShamHasTheSameAreaElsewhere() {
        var mask = Mask(height: 12, width: 16)
        for y in 3..<8 { for x in 2..<7 { mask.pixels[y * 16 + x] = true } }
        let sham = ShamMasks.elsewhere(mask, seed: 1)
        XCTAssertEqual(sham.area, 25)
        XCTAssertEqual(sham, ShamMasks.elsewhere(mask, seed: 1))
        let others = (2..<12).map { ShamMasks.elsewhere(mask, seed: $0) }
        XCTAssertTrue(others.contains { $0 != sham })
        for other in others + [sham] {
            XCTAssertEqual(other.area, 25)
            let common = zip(other.pixels, mask.pixels).count { $0 && $1 }
            XCTAssertLessThan(common, 13)
        }
    }
}
