import PlumblineExperiments
import PlumblineStorage
import XCTest

final class VerificationTests: XCTestCase {
    /// Chosen rows have the bits that they had; a changed number and another checkpoint are found.
    func testRowsAreComputedAgain() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let settings = ["evaluate.metrics=[mass_accuracy, iou, deletion]"]
        var results = try small.run("out", settings)
        let path = "\(small.folder)/out/results.h5"
        let configuration = try small.configuration("out", settings)

        let scores = try ResultsVerification(path, configuration, rows: 7, seed: 3).scores()
        XCTAssertEqual(Set(scores.map { [$0.run, $0.image] }).count, 7)
        XCTAssertEqual(scores.filter { !$0.isEqual }, [])
        XCTAssertTrue(scores.contains { $0.metric == "deletion" })
        XCTAssertTrue(scores.contains { $0.metric == "logit" })

        // One bit of one score.
        let place = try XCTUnwrap(
            results.scores.firstIndex { $0.metric == "mass_accuracy" && $0.value != nil })
        results.scores[place].value = results.scores[place].value!.nextUp
        try results.write(path)
        let all = try ResultsVerification(path, configuration, rows: 1000)
        let different = try all.scores().filter { !$0.isEqual }
        XCTAssertEqual(different.map(\.metric), ["mass_accuracy"])
        XCTAssertEqual(different.map(\.image), [results.scores[place].image])

        results.runs[1].checkpointHash = String(repeating: "0", count: 64)
        try results.write(path)
        XCTAssertThrowsError(
            try ResultsVerification(path, configuration, rows: 1000).scores()
        ) {
            XCTAssertTrue("\($0)".contains("are of weights 000000000000"), "\($0)")
        }
    }

    /// An image that is evaluated without the others has the same scores, but for the last bits.
    func testChosenImagesAreEvaluatedAlone() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let all = try small.run("out")
        let ids = all.images.filter { $0.label == .positive }.prefix(2).map(\.image)
        let path = "\(small.folder)/ids.txt"
        try (ids.joined(separator: "\n") + "\n").write(
            toFile: path, atomically: true, encoding: .utf8)
        let configuration = try small.configuration("out")
        let checkpoint = "\(small.folder)/out/start/last.h5"
        let chosen = try evaluateCheckpoint(checkpoint, ids: ImageIDs(path)) { _ in configuration }
        XCTAssertEqual(chosen.images.map(\.image), ids)
        for score in chosen.scores {
            let other = all.scores.first {
                $0.run == score.run && $0.image == score.image && $0.metric == score.metric
            }
            XCTAssertEqual(
                try XCTUnwrap(score.value), try XCTUnwrap(other?.value), accuracy: 1e-5,
                "\(score.image) \(score.metric)")
        }
        try "nobody\n".write(toFile: path, atomically: true, encoding: .utf8)
        XCTAssertThrowsError(
            try evaluateCheckpoint(checkpoint, ids: ImageIDs(path)) { _ in configuration }
        ) { XCTAssertTrue("\($0)".contains("nobody is no evaluation image"), "\($0)") }
    }
}
