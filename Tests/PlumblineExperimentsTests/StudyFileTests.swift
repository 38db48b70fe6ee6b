import PlumblineExperiments
import PlumblineReports
import PlumblineStorage
import XCTest

/// Studies as files: their claims, their hash, and the hash in results.
final class StudyFileTests: XCTestCase {
    private let axes = ["seed: [3, 4]", "scenario: [align, misalign]"]
    private let claims = [
        "study:", "  auroc_margin: 0.2", "  claims:",
        "    bent: {metric: mass_accuracy, expect: positive, effect: 0.1, deviation: 0.1}",
    ]

    private func study(_ small: SmallSweep, _ name: String, _ rest: [String]) throws -> Study {
        try Study(small.write(name, axes: axes, rest: rest))
    }

    func testTheHashIsThatOfWhatIsDeclared() throws {
        let small = try SmallSweep()
        defer { small.remove() }
        let first = try study(small, "one", claims).plan.hash
        XCTAssertEqual(first.count, 64)
        // Another folder, a comment and another order of keys are the same plan.
        var reordered = claims
        reordered[3] =
            "    bent: {expect: positive, metric: mass_accuracy, deviation: 0.1, effect: 0.1} # x"
        XCTAssertEqual(try study(small, "two", reordered).plan.hash, first)
        var changed = claims
        changed[1] = "  auroc_margin: 0.1"
        XCTAssertNotEqual(try study(small, "three", changed).plan.hash, first)
        let more = try Study(
            small.write("four", axes: ["seed: [3, 4, 5]", axes[1]], rest: claims)
        ).plan.hash
        XCTAssertNotEqual(more, first)
    }

    func testErrorsNameTheClaim() throws {
        let small = try SmallSweep()
        defer { small.remove() }
        for (line, message) in [
            (
                "    x: {metric: mas_accuracy, expect: positive}",
                "study.claims.x.metric: mas_accuracy is not evaluated"
            ),
            (
                "    x: {metric: mass_accuracy, expect: big}",
                "study.claims.x.expect: must be one of"
            ),
            (
                "    x: {metric: mass_accuracy, expect: equivalent}",
                "study.claims.x.margin: an equivalence needs one"
            ),
            (
                "    x: {metric: mass_accuracy, expect: positive, where: {model: vit}}",
                "study.claims.x.where.model: is no axis of the sweep; there are seed"
            ),
            (
                "    x: {metric: mass_accuracy, expect: positive, contrast: {seed: [3, 9]}}",
                "study.claims.x.contrast.seed: 9 is no level of this axis; there are 3, 4"
            ),
            (
                "    x: {metric: mass_accuracy, expect: positive, family: other}",
                "study.claims.x.family: other is no family; there are main"
            ),
        ] {
            XCTAssertThrowsError(try study(small, "wrong", claims.dropLast() + [line])) {
                XCTAssertTrue("\($0)".contains(message), "\($0)")
            }
        }
        XCTAssertThrowsError(try study(small, "none", [])) {
            XCTAssertTrue("\($0)".contains("study: is missing"), "\($0)")
        }
    }

    func testResultsNameThePlanAndAnotherPlanIsRefused() throws {
        let small = try SmallSweep()
        defer { small.remove() }
        let study = try study(small, "run", claims)
        var runner = try SweepRunner(study.sweep)
        XCTAssertEqual(try runner.run().finished, 4)
        let path = "\(small.folder)/collected.h5"
        _ = try SweepCollection(study.sweep).write(path)
        XCTAssertEqual(Set(try Results.read(path).runs.map(\.study)), [study.plan.hash])
        let verdict = try study.verdict(results: path)
        XCTAssertEqual(verdict.outcomes[0].pairs, 2)
        XCTAssertEqual(verdict.outcomes[0].startingModels, 2)
        // The table of pairs has the same gaps.
        let pairs = try XCTUnwrap(Results.read(path).pairs)
        let means = zip(try XCTUnwrap(pairs.texts("metric")), try XCTUnwrap(pairs.reals("mean")))
            .filter { $0.0 == "mass_accuracy" }.map(\.1)
        XCTAssertEqual(
            try XCTUnwrap(verdict.outcomes[0].estimate), means.reduce(0, +) / 2, accuracy: 1e-12)
        // From the folder, the same.
        XCTAssertEqual(try study.verdict().outcomes[0].pValue, verdict.outcomes[0].pValue)
        var changed = claims
        changed[1] = "  auroc_margin: 0.1"
        let other = try self.study(small, "run", changed)
        XCTAssertThrowsError(try other.verdict()) {
            XCTAssertTrue("\($0)".contains("not under plan"), "\($0)")
        }
        let text = try study.tables().map { $0.text(.markdown) }.joined()
        XCTAssertTrue(text.contains(study.plan.hash))
    }
}
