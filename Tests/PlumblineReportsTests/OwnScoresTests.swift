import Foundation
import PlumblineReports
import PlumblineStorage
import XCTest

/// Our own runs in the paper's columns, and beside its tables.
final class OwnScoresTests: XCTestCase {
    private static let models = ["densenet_mini", "vit_mini", "swin_mini"]

    /// All cells of two starts and two methods for one finding.
    private func results(
        seeds: Int = 1, explanation: String = "smoothgrad", more: [String] = []
    ) -> Results {
        var results = Results()
        for (place, model) in Self.models.enumerated() {
            for (start, pretraining) in ["from_scratch", "phantoms"].enumerated() {
                for (method, name) in (["gradient", explanation] + more).enumerated() {
                    for seed in 0..<seeds {
                        for (side, scenario) in ["align", "misalign"].enumerated() {
                            let shift = place + 2 * start + 3 * method + 5 * seed
                            results.replace(
                                entry([model, pretraining, name, scenario], seed, shift, side))
                        }
                    }
                }
            }
        }
        return results
    }

    private func entry(
        _ names: [String], _ seed: Int, _ shift: Int, _ side: Int
    ) -> Results.Entry {
        var factors = RunFactors()
        (factors.className, factors.model, factors.pretraining) = ("Edema", names[0], names[1])
        (factors.explanation, factors.trainedThrough) = (names[2], names[2])
        (factors.scenario, factors.checkpoint) = (names[3], "last")
        (factors.seed, factors.lambda) = (seed, 1)
        var run = RunResult(run: factors.name, factors: factors)
        run.checkpointHash = factors.name
        run.metrics["auroc"] = 0.5 + Double(shift + side) / 64
        let images = (0..<6).map {
            ImageResult(run: run.run, image: "image \($0)", label: .positive)
        }
        var entry = Results.Entry(run: run, images: images)
        entry.metrics = ["mass_accuracy", "rank_accuracy"].map {
            ($0, MetricFacts(title: $0, direction: "higher is better", definition: "x"))
        }
        entry.scores = ["mass_accuracy", "rank_accuracy"].enumerated().flatMap { metric, name in
            (0..<6).map { index in
                // Image 5 has no score after misalignment.
                let isMissing = index == 5 && side == 1
                let number = (index * 11 + shift * (7 + metric) + side * (index * 3 + 5)) % 64
                return ScoreResult(
                    run: run.run, image: "image \(index)", metric: name,
                    value: isMissing ? nil : Double(number) / 64,
                    reason: isMissing ? "not finite" : "")
            }
        }
        return entry
    }

    private func own(_ results: Results, _ names: [String] = []) throws -> OwnScores {
        try OwnScores(
            GapPairs([(path: "own.h5", results: results)]), renamed: OwnScores.names(names))
    }

    private func folder() throws -> String {
        let path = NSTemporaryDirectory() + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        addTeardownBlock { try FileManager.default.removeItem(atPath: path) }
        return path
    }

    func testThePublishedReaderReadsWhatIsWritten() throws {
        let own = try own(results())
        let folder = try folder()
        let files = try own.write(to: folder)
        XCTAssertEqual(
            files,
            ["metrics_diff_results.csv", "chexlocalize_aucroc.csv"].map { "\(folder)/\($0)" })
        let read = try PublishedReport(folder)
        XCTAssertEqual(read.scores.rows.count, 12 * 5)
        XCTAssertEqual(read.scores.rows.map(\.massGap), own.scores.rows.map(\.massGap))
        XCTAssertEqual(
            read.scores.rows.map(\.misalignedRank), own.scores.rows.map(\.misalignedRank))
        XCTAssertEqual(read.scores.rows.map(\.cell), own.scores.rows.map(\.cell))
        XCTAssertEqual(read.scores.dropped.values.reduce(0, +), 12, "a row of empty fields each")
        XCTAssertEqual(
            read.auc?.values.map(\.auc).sorted(), own.auc.values.map(\.auc).sorted())
        XCTAssertEqual(Set(read.scores.rows.map(\.cell.initialisation)).count, 2)
    }

    func testSeveralSeedsGetAFolderEach() throws {
        let folder = try folder()
        XCTAssertEqual(try own(results(seeds: 2)).write(to: folder).count, 4)
        XCTAssertEqual(try PublishedReport("\(folder)/seed_1").scores.rows.count, 12 * 5)
    }

    /// A sweep that varies `train.seed` leaves the seed of the run as it is.
    func testTheSeedsOfTheStartingModelsAreSeeds() throws {
        var results = results()
        var second = self.results()
        for index in second.runs.indices {
            let name = second.runs[index].run
            let other = "\(name) again"
            second.runs[index].run = other
            second.runs[index].factors.settings = "model=m; train.seed=7"
            second.runs[index].checkpointHash = other
            for row in second.images.indices where second.images[row].run == name {
                second.images[row].run = other
            }
            for row in second.scores.indices where second.scores[row].run == name {
                second.scores[row].run = other
            }
        }
        results.runs += second.runs
        results.images += second.images
        results.scores += second.scores
        let folder = try folder()
        let files = try own(results).write(to: folder)
        XCTAssertEqual(files.count, 4)
        XCTAssertEqual(
            try PublishedReport("\(folder)/seed_0_train.seed_7").scores.rows.count, 12 * 5)
        // The same seeds twice are no repetitions.
        for index in results.runs.indices { results.runs[index].factors.settings = "" }
        XCTAssertThrowsError(try own(results))
    }

    func testAMethodWithoutCounterpartIsSaidAndCanBeNamed() throws {
        let results = results(explanation: "attn_lrp")
        let alone = try own(results)
        XCTAssertEqual(alone.scores.rows.count, 6 * 5)
        XCTAssertTrue(
            alone.notes.contains(
                "without counterpart: vit_mini explained by attn_lrp (2 pairs)"), "\(alone.notes)")
        XCTAssertEqual(try own(results, ["attn_lrp=lrp"]).scores.rows.count, 12 * 5)
        XCTAssertThrowsError(try OwnScores.names(["attn_lrp=relevance"]))
    }

    func testTheClaimsAreJudgedByOurRows() throws {
        var all = results(seeds: 2, more: ["integrated_gradients", "lrp_epsilon_plus"])
        // Noise, and larger effects of images, starting models and methods.
        func effect(_ name: String, below limit: Int) -> Double {
            Double(name.utf8.reduce(0) { ($0 * 31 + Int($1)) % 1009 } % limit)
        }
        var state: UInt64 = 1
        for index in all.scores.indices where all.scores[index].value != nil {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let (name, image) = (all.scores[index].run, all.scores[index].image)
            let factors = try XCTUnwrap(all.runs.first { $0.run == name }).factors
            var value = Double(state >> 40) / Double(1 << 24)
            if factors.scenario == "align" {
                let start = "\(factors.model) \(factors.pretraining) \(factors.seed ?? 0)"
                value += try XCTUnwrap(Double(image.suffix(1))) + effect(start, below: 7)
                value += effect("\(start) \(factors.explanation)", below: 3)
            }
            all.scores[index].value = value / 16
        }
        let folder = try folder()
        _ = try own(all).write(to: folder)
        let published = try PublishedReport("\(folder)/seed_0")
        let tables = try PublishedBeside(published, own(all)).tables
        let claims = try XCTUnwrap(tables.first { $0.name == "ours_claims" })
        XCTAssertEqual(claims.rows.count, 12, "\(claims.notes)")
        XCTAssertTrue(
            claims.notes.contains { $0.contains("5 images and 12 starting models") },
            "\(claims.notes)")
        // The coefficients with independent errors are those of the regression beside it.
        let fit = try XCTUnwrap(tables.first { $0.name == "beside_ols_mass" })
        func column(
            _ table: ReportTable, _ key: String, _ value: String
        ) throws -> [String: Double] {
            let places = try [key, value].map { try XCTUnwrap(table.header.firstIndex(of: $0)) }
            return Dictionary(
                table.rows.compactMap { row -> (String, Double)? in
                    guard case .text(let name) = row[places[0]],
                        case .number(let number, _) = row[places[1]]
                    else { return nil }
                    return (name, number)
                }, uniquingKeysWith: { first, _ in first })
        }
        let ours = try column(fit, "term", "coefficient_ours")
        for (term, value) in try column(claims, "term", "independent") {
            XCTAssertEqual(value, try XCTUnwrap(ours[term]), accuracy: 1e-12, term)
        }
        // The two-way errors, as numpy computes them from the same rows.
        let errors = try column(claims, "term", "standard_error")
        for (term, expected) in [("vit", 0.060617120021), ("lrp", 0.020884884753)] {
            XCTAssertEqual(try XCTUnwrap(errors[term]), expected, accuracy: 1e-9, term)
        }
        // Two methods do not determine the terms of four.
        let few = try PublishedBeside(published, own(results()))
        let table = try XCTUnwrap(few.tables.first { $0.name == "ours_claims" })
        XCTAssertTrue(table.notes[0].hasPrefix("The rows do not determine"), table.notes[0])
    }

    func testADifferenceIsOursMinusPublishedOnCellsOfBoth() throws {
        let all = try folder()
        _ = try own(results()).write(to: all)
        let published = try PublishedReport(all)
        // The same runs: no difference anywhere.
        let same = try PublishedBeside(published, own(results()))
        for table in same.tables {
            for (column, name) in table.header.enumerated() where name.hasSuffix("_difference") {
                for row in table.rows {
                    guard case .number(let value, _) = row[column] else { continue }
                    XCTAssertEqual(value, 0, accuracy: 1e-12, "\(table.name) \(name)")
                }
            }
        }
        // Fewer cells, shifted gaps.
        var shifted = results(explanation: "attn_lrp")
        for index in shifted.scores.indices where shifted.scores[index].run.contains("-align-") {
            shifted.scores[index].value = shifted.scores[index].value.map { $0 + 0.25 }
        }
        let tables = try PublishedBeside(published, own(shifted)).tables
        let fit = try XCTUnwrap(tables.first { $0.name == "beside_ols_mass" })
        XCTAssertEqual(fit.rows.count, 4, "no term of a method that is not there")
        let column = try XCTUnwrap(fit.header.firstIndex(of: "coefficient_difference"))
        let differences = fit.rows.map { row -> Double in
            if case .number(let value, _) = row[column] { value } else { .nan }
        }
        for (found, expected) in zip(differences, [0.25, 0, 0, 0]) {
            XCTAssertEqual(found, expected, accuracy: 1e-12)
        }
        let cells = try XCTUnwrap(tables.first { $0.name == "beside_cells" })
        XCTAssertTrue(cells.notes[0].hasPrefix("6 of 6 cells of ours"), cells.notes[0])
    }
}
