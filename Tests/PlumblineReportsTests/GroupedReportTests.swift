import Foundation
import PlumblineReports
import PlumblineStorage
import XCTest

/// Gaps of several files, grouped: compared with pandas and scipy
/// (`Tools/oracle/grouped_report_reference.py`).
final class GroupedReportTests: XCTestCase {
    private static func value(_ model: Int, _ seed: Int, _ image: Int, _ scenario: Int) -> Double {
        let place = image * 37 + seed * 41 + model * 53 + image * seed * 7
        let shift = scenario * (image * image * 5 + model * 3 + 11 + seed * (image + 3))
        return Double((place + shift) % 97) / 128
    }

    /// The runs of one model and seed: a file of its own.
    ///
    /// - Parameter hasPatients: whether the images say their patients, of one or two images each.
    private func file(
        _ model: Int, _ seed: Int, hasPatients: Bool = false
    ) -> (path: String, results: Results) {
        var results = Results()
        for (place, scenario) in ["align", "misalign", "start"].enumerated() {
            var factors = RunFactors()
            (factors.className, factors.model) = ("Edema", "model_\(model)")
            (factors.explanation, factors.pretraining) = ("gradient", "from_scratch")
            (factors.scenario, factors.checkpoint, factors.seed) = (scenario, "last", seed)
            factors.settings = "train.epochs=\(seed < 2 ? 4 : 8)"
            if scenario != "start" { (factors.trainedThrough, factors.lambda) = ("gradient", 1) }
            var run = RunResult(run: factors.name, factors: factors)
            run.checkpointHash = "\(model) \(seed) \(scenario)"
            let images = (0..<12).map { index -> ImageResult in
                var image = ImageResult(
                    run: run.run, image: "image \(index)",
                    label: index < 8 ? .positive : .negative)
                // Misaligned, the second model ranks some positive images below all negative ones.
                let isWrong = model == 1 && scenario == "misalign" && index < 4 + seed
                image.probability = (index < 8 ? 0.9 : 0.4) - (isWrong ? 0.7 : 0)
                if hasPatients { image.group = "\(index * 5 / 8)" }
                return image
            }
            var entry = Results.Entry(run: run, images: images)
            entry.metrics = [
                (
                    "mass_accuracy",
                    MetricFacts(
                        title: "mass", direction: "higher is better", definition: "x")
                )
            ]
            entry.scores = (0..<8).map { index in
                let isMissing = (model, seed, index, scenario) == (0, 1, 4, "misalign")
                return ScoreResult(
                    run: run.run, image: "image \(index)", metric: "mass_accuracy",
                    value: isMissing ? nil : Self.value(model, seed, index, place),
                    reason: isMissing ? "not finite" : "")
            }
            results.replace(entry)
        }
        return ("\(model)_\(seed).h5", results)
    }

    private var files: [(path: String, results: Results)] {
        (0..<2).flatMap { model in (0..<3).map { file(model, $0) } }
    }

    private func report(_ names: [String]) throws -> GroupedReport {
        try GroupedReport(GapPairs(files), by: names, resamples: 500)
    }

    /// The rows of a table as dictionaries of texts.
    private func rows(_ table: ReportTable) -> [[String: String]] {
        table.rows.map { row in
            let texts = row.map { cell in
                switch cell {
                case .text(let text): text
                case .count(let count): "\(count)"
                case .number(let value, _), .pValue(let value): "\(value)"
                case .missing: ""
                }
            }
            return Dictionary(zip(table.header, texts), uniquingKeysWith: { first, _ in first })
        }
    }

    /// What pandas and scipy computed.
    private func expected(_ name: String = "gaps") throws -> [[String: String]] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
        let text = try String(
            contentsOfFile: "\(folder)/Groups/expected_\(name).csv", encoding: .utf8)
        let lines = text.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        return lines.dropFirst().map {
            Dictionary(zip(lines[0], $0), uniquingKeysWith: { first, _ in first })
        }
    }

    func testGapsAreThoseOfPandasAndScipy() throws {
        let expected = try expected()
        let found = try [["model"], ["model", "seed"]].flatMap { rows(try report($0).gaps) }
        XCTAssertEqual(found.count, 8)
        XCTAssertEqual(expected.count, 8)
        for (one, other) in zip(expected, found) {
            XCTAssertEqual(one["n"], other["n"])
            for name in ["mean", "median", "hodges_lehmann", "wilcoxon_p", "sign_flip_p"] {
                guard let value = Double(one[name]!) else { continue }
                let own = try XCTUnwrap(Double(other[name]!), "\(name) of \(one["group"]!)")
                XCTAssertEqual(own, value, accuracy: 1e-12, "\(name) of \(one["group"]!)")
            }
        }
    }

    func testTheIntervalOverStartingModelsIsStudents() throws {
        let expected = try expected()
        let table = try XCTUnwrap(
            report(["model"]).tables().first { $0.name == "intervals" })
        // Of the model without a missing score: pairs of one size.
        let own = try XCTUnwrap(
            rows(table).first {
                $0["model"] == "model_1" && $0["interval"] == "CR2 by starting model"
            })
        let one = try XCTUnwrap(expected.first { $0["group"] == "model_1" })
        for (name, column) in [("lower", "start_lower"), ("upper", "start_upper")] {
            XCTAssertEqual(
                try XCTUnwrap(Double(own[name]!)), try XCTUnwrap(Double(one[column]!)),
                accuracy: 1e-9)
        }
        let names = Set(rows(table).map { $0["interval"]! })
        XCTAssertEqual(
            names,
            [
                "recommended", "percentile by image", "BCa by image", "CR2 by image",
                "CR2 by starting model",
            ])
    }

    /// numpy has all resamples of the five patients, and says between which values the ends of
    /// 10,000 random ones lie.
    func testIntervalsByPatientAreThoseOfNumpy() throws {
        let expected = try expected("patients")
        XCTAssertEqual(expected.count, 8)
        let files = (0..<2).flatMap { model in
            (0..<3).map { file(model, $0, hasPatients: true) }
        }
        let report = try GroupedReport(GapPairs(files), by: ["model"], resamples: 10_000)
        let own = rows(try XCTUnwrap(report.tables().first { $0.name == "intervals" }))
        for one in expected {
            let words = one["interval"]!.split(separator: " ")
            let row = try XCTUnwrap(
                own.first {
                    $0["model"] == one["model"] && $0["statistic"] == String(words[1])
                        && $0["interval"] == "\(words[0]) by patient"
                }, "\(one)")
            XCTAssertEqual(row["units"], "5")
            for name in ["lower", "upper"] {
                let end = try XCTUnwrap(Double(row[name]!))
                let least = try XCTUnwrap(Double(one["\(name)_from"]!))
                let most = try XCTUnwrap(Double(one["\(name)_to"]!))
                XCTAssertTrue((least - 1e-9...most + 1e-9).contains(end), "\(one): \(end)")
            }
        }
        // All intervals by image are there too.
        XCTAssertEqual(own.count { $0["interval"]!.hasSuffix("by image") }, 8)
        let tests = rows(try XCTUnwrap(report.tables().first { $0.name == "tests" }))
        XCTAssertTrue(tests.contains { $0["test"] == "Wilcoxon over patients" })
    }

    func testWhatAnIntervalCoversIsSaid() throws {
        XCTAssertEqual(
            Set(rows(try report(["model", "seed"]).gaps).map { $0["covers"]! }),
            ["images only, one seed"])
        XCTAssertEqual(
            Set(rows(try report(["model"]).gaps).map { $0["covers"]! }),
            ["images and 3 starting models"])
    }

    func testAGapWhoseGateFailsIsPrintedAsSuch() throws {
        let gates = rows(try report(["model"]).gaps).map { $0["auroc_gate"] }
        XCTAssertEqual(gates, ["passes", "fails: not a gap at equal predictions"])
    }

    func testMissingScoresAreCountedByReason() throws {
        let table = try XCTUnwrap(report(["model"]).tables().first { $0.name == "missing" })
        XCTAssertEqual(
            table.rows,
            [
                [
                    .text("model_0"), .text("mass_accuracy"), .text(""), .text("not finite"),
                    .count(1),
                ]
            ])
    }

    func testASettingIsAColumnAndAnotherNameIsAnError() throws {
        XCTAssertEqual(
            rows(try report(["train.epochs"]).gaps).map { $0["pairs"] }, ["4", "2"])
        XCTAssertThrowsError(try report(["scenario"])) {
            XCTAssertTrue("\($0)".contains("--by: scenario is no column"), "\($0)")
        }
        XCTAssertThrowsError(
            try GroupedReport(GapPairs(files), by: [], metrics: ["mass"])
        ) { XCTAssertTrue("\($0)".contains("there are mass_accuracy"), "\($0)") }
    }

    func testARunOfAnotherFileIsThePartnerAndAPairCountsOnce() throws {
        var (one, two) = (file(0, 0), file(0, 0))
        one.results.runs.removeAll { $0.factors.scenario == "misalign" }
        two.results.runs.removeAll { $0.factors.scenario == "align" }
        two.path = "other.h5"
        XCTAssertEqual(
            rows(try GroupedReport(GapPairs([one, two]), by: ["seed"]).gaps).count, 1)
        let pairs = try GapPairs([file(0, 0), file(0, 0)])
        XCTAssertTrue(pairs.notes.contains("1 pairs are in several files and count once"))
        XCTAssertThrowsError(try GroupedReport(GapPairs([one]), by: []))
    }

    func testJSONHasTheNumbersOfTheTables() throws {
        let tables = try report(["model"]).tables()
        let object = try JSONSerialization.jsonObject(
            with: Data(ReportTable.json(tables).utf8))
        let gaps = try XCTUnwrap((object as? [String: Any])?["gaps"] as? [String: Any])
        let list = try XCTUnwrap(gaps["rows"] as? [[String: Any]])
        XCTAssertEqual(list.count, 2)
        let mean = rows(tables[0])[0]["mean"]!
        XCTAssertEqual(
            try XCTUnwrap(list[0]["mean"] as? Double), try XCTUnwrap(Double(mean)), accuracy: 1e-12)
    }
}
