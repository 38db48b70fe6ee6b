import PlumblineReports
import PlumblineStorage
import XCTest

final class EvaluationNotesTests: XCTestCase {
    /// A run with the same value of each metric on every image.
    ///
    /// - Parameter scores: a value, or a reason why there is none.
    private func results(
        _ scores: [(String, Result<Double, Missing>)], images: Int = 6, probability: Double = 0.8
    ) -> Results {
        var factors = RunFactors()
        (factors.className, factors.model, factors.explanation) = ("C", "m", "gradient")
        factors.scenario = "start"
        let run = RunResult(run: factors.name, factors: factors)
        var entry = Results.Entry(
            run: run,
            images: (0..<images).map { index in
                var image = ImageResult(run: run.run, image: "\(index)", label: .positive)
                image.probability = probability
                return image
            } + [ImageResult(run: run.run, image: "negative", label: .negative)])
        for (metric, score) in scores {
            entry.metrics.append(
                (metric, MetricFacts(title: metric, direction: "descriptive", definition: "")))
            for index in 0..<images {
                switch score {
                case .success(let value):
                    entry.scores.append(
                        ScoreResult(
                            run: run.run, image: "\(index)", metric: metric, value: value))
                case .failure(let missing):
                    entry.scores.append(
                        ScoreResult(
                            run: run.run, image: "\(index)", metric: metric, value: nil,
                            reason: missing.reason))
                }
            }
            entry.scores.append(
                ScoreResult(
                    run: run.run, image: "negative", metric: metric, value: nil,
                    reason: "negative label"))
        }
        var results = Results()
        results.replace(entry)
        return results
    }

    private struct Missing: Error { let reason: String }

    private let good: [(String, Result<Double, Missing>)] = [
        ("deletion_relative", .success(0.5)), ("insertion_relative", .success(0.75)),
        ("noise_sensitivity", .success(0.1)), ("randomisation", .success(0.2)),
        ("random_class", .success(-0.4)),
    ]

    private func verdict(
        _ changes: [(Int, Result<Double, Missing>)] = []
    ) throws -> MethodVerdict {
        var scores = good
        for (place, score) in changes { scores[place].1 = score }
        // One image: the mean is then exactly the value.
        return try XCTUnwrap(MethodVerdict.all(in: results(scores, images: 1)).first)
    }

    func testAGoodMethodPasses() throws {
        let verdict = try verdict()
        XCTAssertEqual(verdict.isPassed, true)
        XCTAssertEqual(
            verdict.line,
            "start, gradient: passes: deletion_relative 0.500 (< 0.8, excellent), "
                + "insertion_relative 0.750 (> 0.6, excellent), "
                + "noise_sensitivity 0.100 (< 0.15, good), randomisation 0.200 (< 0.5), "
                + "random_class -0.400 (< 0.5)")
    }

    /// Each criterion alone decides, and its limit does not pass.
    func testEachCriterionFails() throws {
        for (place, limit) in [(0, 0.8), (1, 0.6), (2, 0.15), (3, 0.5), (4, 0.5)] {
            let failed = try verdict([(place, .success(limit))])
            XCTAssertEqual(failed.isPassed, false, failed.line)
            XCTAssertEqual(failed.checks[place].outcome, .failed(limit))
            XCTAssertTrue(failed.line.contains("fails"), failed.line)
            let inside = try verdict([(place, .success(limit + (place == 1 ? 0.01 : -0.01)))])
            XCTAssertEqual(inside.isPassed, true, inside.line)
        }
    }

    func testMissingChecksLeaveItOpen() throws {
        let one = try verdict([(4, .failure(Missing(reason: "the model has one class")))])
        XCTAssertNil(one.isPassed)
        XCTAssertTrue(one.line.contains("random_class missing (the model has one class)"))
        // A failed check decides, whatever is missing.
        let two = try verdict([
            (4, .failure(Missing(reason: "the model has one class"))), (0, .success(0.95)),
        ])
        XCTAssertEqual(two.isPassed, false)
        let few = try XCTUnwrap(
            MethodVerdict.all(in: results([("deletion_relative:black", .success(0.3))])).first)
        XCTAssertNil(few.isPassed)
        XCTAssertEqual(few.checks[0].outcome, .passed(0.3))
        XCTAssertEqual(few.checks[1].outcome, .missing("not among the metrics"))
        XCTAssertEqual(MethodVerdict.all(in: results([("mass_accuracy", .success(0.3))])), [])
    }

    func testBandsOfAutoTimm() {
        for (metric, value, word) in [
            ("deletion_relative", 0.7, "excellent"), ("deletion_relative:mean", 0.71, "good"),
            ("deletion_relative", 0.91, "poor"), ("insertion_relative", 0.71, "excellent"),
            ("insertion_relative", 0.6, "good"), ("insertion_relative", 0.4, "poor"),
            ("noise_sensitivity", 0.05, "excellent"), ("noise_sensitivity", 0.2, "poor"),
        ] {
            XCTAssertEqual(ReadingBand.of(metric, value)?.word, word, "\(metric) \(value)")
        }
        XCTAssertNil(ReadingBand.of("idsds", 0.5))
    }

    private func troubles(_ results: Results) -> [Diagnosis.Trouble] {
        Diagnosis.all(in: results).map(\.trouble)
    }

    func testNothingIsWrong() {
        XCTAssertEqual(troubles(results(good + [("pointing_game", .success(1))])), [])
        XCTAssertEqual(EvaluationNotes.lines(results([("mass_accuracy", .success(0.5))])), [])
    }

    func testEachTroubleIsFound() {
        func missing(_ reason: String) -> Results {
            results([("entropy", .failure(Missing(reason: reason)))])
        }
        XCTAssertEqual(troubles(missing("not finite")), [.notFinite])
        XCTAssertEqual(troubles(missing("constant map")), [.constantMap])
        XCTAssertEqual(troubles(missing("no relevance")), [.constantMap])
        XCTAssertEqual(troubles(missing("no positive relevance")), [.noPositiveRelevance])
        XCTAssertEqual(troubles(missing("no mask")), [])
        // A map of a noisy image says nothing about the map of the image.
        let noisy = [
            (
                "noise_sensitivity",
                Result<Double, Missing>.failure(
                    Missing(reason: "constant map"))
            )
        ]
        XCTAssertEqual(troubles(results(noisy)), [])
        XCTAssertEqual(
            troubles(results([("deletion_relative", .success(0.91))])), [.deletionWithoutEffect])
        XCTAssertEqual(troubles(results([("deletion_relative", .success(0.9))])), [])
        for game in ["pointing_game", "pointing_game:5", "hit_rate"] {
            XCTAssertEqual(troubles(results([(game, .success(0))])), [.pointingNeverHits], game)
            // Four misses mean little.
            XCTAssertEqual(troubles(results([(game, .success(0))], images: 4)), [], game)
        }
        let area: [(String, Result<Double, Missing>)] = [("mask_area_share", .success(0.1))]
        XCTAssertEqual(troubles(results(area, probability: 0.9995)), [.saturatedProbability])
        XCTAssertEqual(troubles(results(area, probability: 0.0005)), [.vanishedProbability])
    }

    func testALineCountsTheMaps() throws {
        let line = try XCTUnwrap(
            Diagnosis.all(
                in: results([("entropy", .failure(Missing(reason: "not finite")))])
            ).first
        ).line
        XCTAssertTrue(line.hasPrefix("start, gradient: 6 of 6 maps lead to values"), line)
        XCTAssertTrue(line.contains("try attn_lrp"), line)
    }
}
