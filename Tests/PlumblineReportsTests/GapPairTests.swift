import PlumblineReports
import PlumblineStorage
import XCTest

/// The pair of scenarios whose gap is reported, and how alike its models predict.
final class GapPairTests: XCTestCase {
    /// Runs with one score per image.
    private func results(_ scenarios: [(name: String, scores: [Double])]) -> Results {
        var results = Results()
        for (place, scenario) in scenarios.enumerated() {
            var factors = RunFactors()
            (factors.className, factors.model, factors.explanation) = ("C", "m", "gradient")
            (factors.scenario, factors.checkpoint, factors.seed) = (scenario.name, "last", 0)
            if scenario.name != "start" {
                (factors.trainedThrough, factors.lambda) = ("gradient", 1)
            }
            let run = RunResult(run: factors.name, factors: factors)
            let images = scenario.scores.indices.map { index -> ImageResult in
                var image = ImageResult(
                    run: run.run, image: "image \(index)",
                    label: index % 2 == 0 ? .positive : .negative)
                // The last image is predicted otherwise by the last run.
                let isOdd = place == scenarios.count - 1 && index == scenario.scores.count - 1
                image.probability = (index % 2 == 0) != isOdd ? 0.75 : 0.25
                return image
            }
            var entry = Results.Entry(run: run, images: images)
            entry.metrics = [
                (
                    name: "mass_accuracy",
                    facts: MetricFacts(
                        title: "mass accuracy", direction: "higher is better", definition: "")
                )
            ]
            entry.scores = zip(images, scenario.scores).map {
                ScoreResult(
                    run: run.run, image: $0.image, metric: "mass_accuracy", value: $1)
            }
            results.replace(entry)
        }
        return results
    }

    private let three = [
        ("start", [0.3, 0.3, 0.3, 0.3]), ("align", [0.75, 0.5, 0.75, 0.5]),
        ("wide", [0.5, 0.5, 0.5, 0.5]), ("misalign", [0.25, 0.5, 0.25, 0.5]),
    ]

    func testTheUsualPairIsAlignAndMisalign() throws {
        let report = GapReport(results(three))
        XCTAssertEqual(report.gaps.count, 1)
        XCTAssertEqual(try XCTUnwrap(report.gaps[0].gap).mean, 0.5, accuracy: 1e-12)
        XCTAssertTrue(report.text.contains("gap (align - misalign)"))
        XCTAssertTrue(report.text.contains("wide"), "every scenario has its row")
    }

    func testAnyPairCanBeReported() throws {
        let report = GapReport(results(three), pair: ("wide", "misalign"))
        XCTAssertEqual(try XCTUnwrap(report.gaps[0].gap).mean, 0.25, accuracy: 1e-12)
        XCTAssertTrue(report.text.contains("gap (wide - misalign)"))
    }

    func testWithoutMisalignTheFirstTwoAreThePair() throws {
        let report = GapReport(results(Array(three.dropLast())))
        XCTAssertTrue(report.text.contains("gap (align - wide)"))
        XCTAssertEqual(try XCTUnwrap(report.gaps[0].gap).mean, 0.25, accuracy: 1e-12)
    }

    func testHowAlikePredictionsAreStandsBesideTheGap() {
        let text = GapReport(results(three)).text
        // Of four images the models differ on one: agreement 3/4, by chance 1/2.
        XCTAssertTrue(
            text.contains(
                "predictions align, misalign: agreement 0.750, Cohen's kappa 0.500, "
                    + "mutual information 0.216 nats, largest difference of a probability 0.500, "
                    + "4 images"), text)
    }
}
