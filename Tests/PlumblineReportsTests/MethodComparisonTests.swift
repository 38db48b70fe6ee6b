import Foundation
import PlumblineReports
import PlumblineStatistics
import PlumblineStorage
import XCTest

final class MethodComparisonTests: XCTestCase {
    /// Adds one method's run.
    ///
    /// - Parameter values: one per image; `nil` is missing.
    private func add(
        _ method: String, _ values: [Double?], to results: inout Results,
        metric: String = "deletion", direction: String = "lower is better",
        scenario: String = "start", groups: [String] = []
    ) {
        var factors = RunFactors()
        (factors.className, factors.model, factors.explanation) = ("C", "m", method)
        factors.scenario = scenario
        let run = RunResult(run: factors.name, factors: factors)
        let images = values.indices.map { index in
            var image = ImageResult(run: run.run, image: "image \(index)", label: .positive)
            if !groups.isEmpty { image.group = groups[index] }
            return image
        }
        var negative = ImageResult(run: run.run, image: "negative", label: .negative)
        negative.group = "other"
        var entry = Results.Entry(run: run, images: images + [negative])
        entry.metrics = [
            (metric, MetricFacts(title: metric, direction: direction, definition: ""))
        ]
        entry.scores =
            values.enumerated().map { index, value in
                ScoreResult(
                    run: run.run, image: "image \(index)", metric: metric, value: value,
                    reason: value == nil ? "constant map" : "")
            } + [
                ScoreResult(
                    run: run.run, image: "negative", metric: metric, value: nil,
                    reason: "negative label")
            ]
        results.replace(entry)
    }

    private let first: [Double?] = [0.1, 0.2, 0.3, 0.1, 0.2, 0.4, 0.3, 0.2]
    private let second: [Double?] = [0.2, 0.3, 0.2, 0.4, 0.5, 0.5, 0.4, 0.3]
    private let third: [Double?] = [0.5, 0.6, 0.5, 0.5, 0.7, 0.6, 0.6, 0.9]

    private func results(groups: [String] = []) -> Results {
        var results = Results()
        add("a", third, to: &results, groups: groups)
        add("b", first, to: &results, groups: groups)
        add("c", second, to: &results, groups: groups)
        return results
    }

    func testRanksFollowTheDirection() throws {
        let low = try XCTUnwrap(MethodComparison.all(results(), metric: "deletion").first)
        XCTAssertEqual(low.methods.map(\.name), ["b", "c", "a"])
        XCTAssertEqual(low.methods.map(\.meanRank), [1.125, 1.875, 3])
        XCTAssertEqual(low.methods[0].mean, 0.225, accuracy: 1e-12)
        XCTAssertEqual(low.completeImages, 8)
        XCTAssertEqual(low.incompleteImages, 0)
        // scipy.stats.friedmanchisquare of the three columns.
        XCTAssertEqual(try XCTUnwrap(low.friedman).chiSquare, 14.25, accuracy: 1e-12)

        var high = Results()
        for (name, values) in [("a", third), ("b", first), ("c", second)] {
            add(name, values, to: &high, metric: "insertion", direction: "higher is better")
        }
        let best = try XCTUnwrap(MethodComparison.all(high, metric: "insertion").first)
        XCTAssertEqual(best.methods.map(\.name), ["a", "c", "b"])
        XCTAssertEqual(best.methods.map(\.meanRank), [1, 2.125, 2.875])
    }

    func testPairsAreTestedAndCorrected() throws {
        let comparison = try XCTUnwrap(MethodComparison.all(results(), metric: "deletion").first)
        XCTAssertEqual(comparison.pairs.map { $0.first + $0.second }, ["bc", "ba", "ca"])
        let differences = zip(first, third).map { $0! - $1! }
        let pair = comparison.pairs[1]
        XCTAssertEqual(pair.wilcoxon, wilcoxonSignedRank(differences))
        XCTAssertEqual(
            pair.difference, differences.reduce(0, +) / 8, accuracy: 1e-12)
        let corrected = holmCorrection(comparison.pairs.map { $0.wilcoxon!.pValue })
        XCTAssertEqual(comparison.pairs.map(\.holmPValue), corrected)
        XCTAssertEqual(comparison.groups, [["b", "c"], ["c", "a"]])
    }

    /// An image that one method lacks is left out for all, and counted.
    func testIncompleteImagesAreCounted() throws {
        var results = results()
        var lacking = first
        lacking[0] = nil
        lacking[5] = nil
        add("b", lacking, to: &results)
        let comparison = try XCTUnwrap(MethodComparison.all(results, metric: "deletion").first)
        XCTAssertEqual(comparison.completeImages, 6)
        XCTAssertEqual(comparison.incompleteImages, 2)
        XCTAssertEqual(comparison.blocks, 6)
        let method = try XCTUnwrap(comparison.methods.first { $0.name == "b" })
        XCTAssertEqual(method.missing, ["constant map": 2])
        XCTAssertEqual(method.mean, (0.2 + 0.3 + 0.1 + 0.2 + 0.3 + 0.2) / 6, accuracy: 1e-12)
        XCTAssertTrue(comparison.text.contains("6 images have a value for every method; 2 left"))
    }

    /// Two images of a patient are one block.
    func testPatientsAreBlocks() throws {
        let groups = ["p", "p", "q", "q", "r", "", "", "r"]
        let comparison = try XCTUnwrap(
            MethodComparison.all(results(groups: groups), metric: "deletion").first)
        XCTAssertEqual(comparison.completeImages, 8)
        XCTAssertEqual(comparison.blocks, 5)
        XCTAssertEqual(comparison.blockName, "patients")
        XCTAssertEqual(comparison.pairs[1].wilcoxon?.count, 5)
        XCTAssertTrue(comparison.text.contains("as means over 5 patients"))
    }

    /// Each scenario has a comparison of its own.
    func testScenariosAreApart() {
        var results = results()
        add("a", second, to: &results, scenario: "align")
        add("b", first, to: &results, scenario: "align")
        add("a", second, to: &results, scenario: "misalign")
        let scenarios = MethodComparison.all(results, metric: "deletion").map(\.factors.scenario)
        XCTAssertEqual(scenarios, ["start", "align"])
    }

    func testEqualMethods() throws {
        var results = Results()
        add("a", first, to: &results)
        add("b", first, to: &results)
        let comparison = try XCTUnwrap(MethodComparison.all(results, metric: "deletion").first)
        XCTAssertNil(comparison.friedman)
        XCTAssertEqual(comparison.methods.map(\.meanRank), [1.5, 1.5])
        XCTAssertNil(comparison.pairs[0].wilcoxon)
        XCTAssertEqual(comparison.pairs[0].holmPValue, 1)
        XCTAssertTrue(comparison.text.contains("all equal"))
    }

    func testProblems() {
        var results = Results()
        add("a", first, to: &results)
        XCTAssertEqual(
            MethodComparison.problem(results, metric: "insertion"),
            "no metric is called insertion; there are deletion")
        XCTAssertEqual(
            MethodComparison.problem(results, metric: "deletion"),
            "every model has one method; name several by evaluate.explanations")
        add("b", first.map { $0 == 0.4 ? $0 : nil }, to: &results)
        XCTAssertEqual(
            MethodComparison.problem(results, metric: "deletion"),
            "fewer than two images have a value of deletion for every method")
        XCTAssertEqual(
            MethodComparison.problem(results, metric: "deletion", part: "head"),
            "deletion has no parts")
        add("b", first, to: &results, metric: "area", direction: "descriptive")
        XCTAssertEqual(
            MethodComparison.problem(results, metric: "area"),
            "area is descriptive: neither high nor low values are better")
        XCTAssertNil(MethodComparison.problem(self.results(), metric: "deletion"))
    }

    func testTheCSVHasEveryNumber() throws {
        let path = NSTemporaryDirectory() + "compare-\(UUID().uuidString).csv"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try MethodComparison.write(
            MethodComparison.all(results(), metric: "deletion"), to: path)
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        XCTAssertEqual(
            lines[0],
            "class,model,scenario,trained_through,seed,metric,part,method,other,quantity,value")
        // 8 of all methods, 3 of each method and 4 of each pair.
        XCTAssertEqual(lines.count, 1 + 8 + 3 * 3 + 3 * 4)
        XCTAssertTrue(lines.contains("C,m,start,,,deletion,,b,,mean_rank,1.125"))
    }
}
