import Foundation
import PlumblineJudges
import PlumblineMetrics
import XCTest

/// Scores and prompts from files.
final class ScoreFileTests: XCTestCase {
    private var path = ""

    override func setUp() { path = NSTemporaryDirectory() + "plumbline-\(UUID().uuidString)" }
    override func tearDown() { try? FileManager.default.removeItem(atPath: path) }

    private func write(_ text: String) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    func testScoresOfPeople() throws {
        try write(
            "image,control,score,justification\na,,4,\"good, clear\"\na,true_mask,5,\nb,, ,\n")
        let judge = ScoreFileJudge(try ScoreFile(path))
        var question = JudgeQuestion(image: "a", label: "x", png: Data(), weights: [], mask: nil)
        XCTAssertEqual(judge.judge(question).score, .value(4))
        XCTAssertEqual(judge.judge(question).justification, "good, clear")
        question.control = .trueMask
        XCTAssertEqual(judge.judge(question).score, .value(5))
        question.control = .randomMask
        XCTAssertEqual(judge.judge(question).score, .missing(.noScoreInFile))
        question = JudgeQuestion(image: "b", label: "x", png: Data(), weights: [], mask: nil)
        XCTAssertEqual(judge.judge(question).score, .missing(.noScoreInFile))
    }

    func testWhatIsRefused() throws {
        for (text, words) in [
            ("image,points\na,1\n", "no column score"), ("image,score\na,6\n", "score is 6"),
            ("image,score\na,-1\n", "row 2 of"), ("image,score\na,good\n", "score is good"),
            ("image,score\na,nan\n", "score is nan"),
            ("image,score\na,1\na,2\n", "a is there twice"),
            ("image,score,control\na,1,sham\n", "control is sham"),
        ] {
            try write(text)
            XCTAssertThrowsError(try ScoreFile(path), text) {
                XCTAssertTrue("\($0)".contains(words), "\($0)")
                XCTAssertTrue("\($0)".contains(path), "\($0)")
            }
        }
    }

    func testPrompts() throws {
        for kind in PictureKind.allCases {
            let text = Prompt(kind).text(label: "a \"cat\"\n")
            XCTAssertTrue(text.contains("a \"cat\" "), text)
            XCTAssertFalse(text.contains(Prompt.placeholder), text)
        }
        XCTAssertNotEqual(Prompt(.masked), Prompt(.overlay))
        try write("Is it {label}? Score: n")
        XCTAssertEqual(try Prompt(file: path).text(label: "cat"), "Is it cat? Score: n")
        try write("Is it a cat?")
        XCTAssertThrowsError(try Prompt(file: path)) {
            XCTAssertTrue("\($0)".contains("has no {label}"), "\($0)")
        }
    }
}
