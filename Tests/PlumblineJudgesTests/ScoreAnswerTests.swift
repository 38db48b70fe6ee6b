import Foundation
import PlumblineJudges
import XCTest

/// What is read of an answer, and what is not.
final class ScoreAnswerTests: XCTestCase {
    func testWhatHasAScore() {
        for (text, score) in [
            (#"{"evaluation": "a heart", "justification": "clear", "score": 4}"#, 4.0),
            ("```json\n{\"score\": 3}\n```", 3),
            ("Here it is:\n```\n{\"evaluation\": \"x\", \"score\": 0}\n```\nDone.", 0),
            (#"{"score": "4/5"}"#, 4), (#"{"score": "2"}"#, 2), (#"{"score": 2.5}"#, 2.5),
            ("Score: 4", 4), ("**Score:** 3", 3), ("score = 5", 5), ("Score: 4/5", 4),
            ("Score (0-5): 2", 2), ("Score: 3 out of 5", 3), ("I give it 4/5.", 4),
            ("Score: 4. The heart is visible.\nSo 4 / 5.", 4), ("SCORE: `1`", 1),
            ("<think>Score: 1, no: 2/5</think>Score: 5", 5),
            ("It may be 1/5 ... </think>\n{\"score\": 5}", 5),
            ("[THINK]score: 0[/THINK]score: 3", 3),
            ("<thinking>a</thinking>Score: 2<think>b</think>", 2),
        ] { XCTAssertEqual(ScoreAnswer(text)?.score, score, text) }
    }

    /// Long runs must not take time by their square.
    func testLongAnswers() {
        let start = Date()
        for run in ["5", " ", "score", "5/", "score: ", "*", "1 / "] {
            let text = String(repeating: run, count: 65_536 / run.count)
            XCTAssertNil(ScoreAnswer(text), run)
            XCTAssertNil(ScoreAnswer("score: " + text + "x"), run)
        }
        XCTAssertLessThan(Date().timeIntervalSince(start), 20)
    }

    func testWhatHasNone() {
        for text in [
            "", "The heart is visible.", "4", "4 of 5 stars", "Score: 7", "Score: -1",
            "Score: 10", "Score: 4/10", "Score: 8 out of 10", "Score: 3-4", "Score: 3 to 4",
            "Score: 4, or rather score: 2", "4/5 at first, then 3/5", "14/5", "4/50", "2024/5/6",
            "Score: 80%", "Score: four", "Score: 4,5", "score: 5th", "Scores: 4",
            #"{"score": 9}"#, #"{"score": -1}"#, #"{"score": null}"#, #"{"score": true}"#,
            #"{"score": "high"}"#, #"{"score": NaN}"#, #"{"rating": 4}"#, #"[{"score": 4}]"#,
            #"{"score": 4, "score": 1}"#, #"{"score": 4"#, #"Answer: {"score": 4}"#,
            "```json\n{\"score\": 3}\n```\n```json\n{\"score\": 4}\n```",
            "<think>Score: 4", "<think>a</think>", "Score: 4 <think>Score: 3</think> Score: 2",
            #"{"score": "4 or 5"}"#, #"{"score": [4]}"#, "Score: ٤",
        ] { XCTAssertNil(ScoreAnswer(text), text) }
    }

    func testTextsAreKept() {
        let answer = ScoreAnswer(
            #"{"evaluation": "a lung", "justification": "no heart", "score": 1}"#)
        XCTAssertEqual(answer?.evaluation, "a lung")
        XCTAssertEqual(answer?.justification, "no heart")
        XCTAssertEqual(ScoreAnswer("It is a lung. Score: 1")?.evaluation, "It is a lung. Score: 1")
    }
}
