import PlumblineReports
import PlumblineStorage
import XCTest

final class GapReportTests: XCTestCase {
    private func factors(_ scenario: String, through method: String = "gradient", seed: Int = 0)
        -> RunFactors
    {
        var factors = RunFactors()
        (factors.className, factors.model, factors.explanation) = ("C", "m", "gradient")
        (factors.scenario, factors.checkpoint, factors.seed) = (scenario, "last", seed)
        if scenario != "start" { (factors.trainedThrough, factors.lambda) = (method, 1) }
        return factors
    }

    /// A row of a run, with the scores that both metrics have.
    private struct Row {
        var image: ImageResult
        var value: Double?
        var reason: String
        var maskAreaShare: Double?
    }

    /// - Parameter values: mass and rank accuracy of positive images; `nil` is missing.
    private func add(
        _ values: [Double?], _ factors: RunFactors, to results: inout Results,
        edit: (Int, inout Row) -> Void = { _, _ in }
    ) {
        var run = RunResult(run: factors.name, factors: factors)
        run.images = values.count
        run.labelled = values.count
        run.positives = values.count
        let rows = values.enumerated().map { index, value -> Row in
            var row = Row(
                image: ImageResult(run: run.run, image: "image \(index)", label: .positive),
                value: value, reason: value == nil ? "not finite" : "")
            edit(index, &row)
            return row
        }
        // Pairs go by name, not by place.
        let images = rows.map(\.image)
        var entry = Results.Entry(
            run: run, images: factors.scenario == "align" ? images : images.reversed())
        entry.metrics = Self.metrics
        for row in rows {
            for metric in ["mass_accuracy", "rank_accuracy"] {
                entry.scores.append(
                    ScoreResult(
                        run: run.run, image: row.image.image, metric: metric, value: row.value,
                        reason: row.reason))
            }
            guard let share = row.maskAreaShare else { continue }
            entry.scores.append(
                ScoreResult(
                    run: run.run, image: row.image.image, metric: "mask_area_share", value: share))
        }
        results.replace(entry)
    }

    private static let metrics = [
        (
            name: "mass_accuracy",
            facts: MetricFacts(
                title: "mass accuracy", direction: "higher is better", definition: "")
        ),
        (
            name: "rank_accuracy",
            facts: MetricFacts(
                title: "rank accuracy", direction: "higher is better", definition: "")
        ),
        (
            name: "mask_area_share",
            facts: MetricFacts(title: "chance", direction: "descriptive", definition: "")
        ),
    ]

    private func mass(_ results: Results) -> GapReport.Gap {
        GapReport(results).gaps.first { $0.score == "mass accuracy" }!
    }

    /// Many scores are rows of a table of their own; few are columns.
    func testManyScoresAreRows() {
        var results = Results()
        add([0.5, nil], factors("align"), to: &results)
        XCTAssertFalse(GapReport(results).text.contains("| score "))
        let names = (0..<7).map { "metric_\($0)" }
        var entry = Results.Entry(run: results.runs[0], images: results.images)
        entry.metrics = names.map {
            ($0, MetricFacts(title: $0, direction: "lower is better", definition: ""))
        }
        entry.scores = names.flatMap { name in
            (0..<2).map { index in
                ScoreResult(
                    run: results.runs[0].run, image: "image \(index)", metric: name,
                    value: index == 0 ? 0.25 : nil, reason: index == 0 ? "" : "not finite")
            }
        }
        results.replace(entry)
        let text = GapReport(results).text
        XCTAssertTrue(text.contains("| metric_3 |  lower | 0.250 | 1 | 1 not finite |"), text)
        XCTAssertFalse(text.contains("accuracy | metric_0"), text)
    }

    func testGapIsPairedByImageAndCountsWhatIsMissing() {
        var results = Results()
        add([0.5, 0.6, nil, 0.9], factors("align"), to: &results)
        add([0.1, 0.4, 0.3, 0.3], factors("misalign"), to: &results)
        let gap = mass(results)
        XCTAssertEqual(gap.gap?.count, 3)
        XCTAssertEqual(gap.gap!.mean, (0.4 + 0.2 + 0.6) / 3, accuracy: 1e-12)
        XCTAssertEqual(gap.missing, ["not finite": 1])
        XCTAssertTrue(GapReport(results).text.contains("1 not finite"))
    }

    /// Every image is in the table or in a count: where all are missing, and where one scenario
    /// lacks some.
    func testNothingVanishesFromTheGapTable() {
        var results = Results()
        add([nil, nil, nil], factors("align"), to: &results)
        add([0.1, 0.2, nil], factors("misalign"), to: &results)
        XCTAssertNil(mass(results).gap)
        XCTAssertEqual(mass(results).missing, ["not finite": 3])
        XCTAssertTrue(GapReport(results).text.contains("3 not finite"), GapReport(results).text)

        results = Results()
        add([0.5, 0.6], factors("align"), to: &results)
        add([0.1, 0.2, 0.3, 0.4, 0.5], factors("misalign"), to: &results)
        XCTAssertEqual(mass(results).gap?.count, 2)
        XCTAssertEqual(mass(results).missing, ["not in align": 3])
    }

    /// One difference has no interval, and equal ones neither: never one of zero width.
    func testNoIntervalOfZeroWidth() {
        for values in [[0.5], [0.5, 0.5, 0.5]] {
            var results = Results()
            add(values, factors("align"), to: &results)
            add(values.map { $0 - 0.1 }, factors("misalign"), to: &results)
            XCTAssertNil(mass(results).gap?.interval, "\(values)")
            XCTAssertFalse(GapReport(results).text.contains("+0.100 to +0.100"))
        }
    }

    /// Images of one patient are one unit of the interval.
    func testGroupsAreTheUnits() {
        var results = Results()
        let values = (0..<24).map { Double($0 % 7) / 10 + 0.1 }
        func group(_ index: Int, _ row: inout Row) {
            row.image.group = "patient \(index / 3)"
        }
        add(values, factors("align"), to: &results, edit: group)
        add(values.map { $0 / 2 }, factors("misalign"), to: &results, edit: group)
        XCTAssertEqual(mass(results).gap?.interval?.units, 8)
        XCTAssertTrue(GapReport(results).text.contains("over groups, 8 independent units"))
    }

    /// Runs that differ in one factor stand in tables of their own; a start stands in each of its
    /// pairs.
    func testTablesNameEveryFactor() {
        var results = Results()
        add([0.3, 0.4, 0.6], factors("start"), to: &results)
        for method in ["gradient", "smoothgrad"] {
            add([0.5, 0.6, 0.7], factors("align", through: method), to: &results)
            add([0.1, 0.2, 0.4], factors("misalign", through: method), to: &results)
        }
        let text = GapReport(results).text
        XCTAssertEqual(text.components(separatedBy: "gap (align - misalign)").count - 1, 2)
        XCTAssertEqual(text.components(separatedBy: "| start ").count - 1, 2)
        XCTAssertTrue(
            text.contains(
                "explained by gradient, trained through smoothgrad, lambda 1, seed 0, "
                    + "checkpoint last"), text)
        XCTAssertTrue(text.contains("images only, one pair of models"))
        let alone = GapReport(
            {
                var only = Results()
                add([0.3], factors("start"), to: &only)
                return only
            }())
        XCTAssertTrue(alone.gaps.isEmpty)
        XCTAssertTrue(alone.text.contains("| start "))
    }

    func testChanceStandsBesideTheScores() {
        var results = Results()
        for (scenario, value) in [("align", 0.5), ("misalign", 0.2)] {
            add([value, value + 0.1, value + 0.3], factors(scenario), to: &results) {
                $1.maskAreaShare = Double($0 + 1) / 10
            }
        }
        XCTAssertEqual(mass(results).chance!, 0.2, accuracy: 1e-12)
        // Beside the scores of each model, too: a model without a partner has no gap.
        var alone = Results()
        add([0.5, nil, 0.7], factors("start"), to: &alone) {
            $1.maskAreaShare = Double($0 + 1) / 10
        }
        let line = GapReport(alone).text.split(separator: "\n").first { $0.hasPrefix("| start") }
        let cells = line!.split(separator: "|").map { $0.filter { $0 != " " } }
        // Over the images that have a score.
        XCTAssertEqual(cells.suffix(4), ["0.600", "0.600", "0.200", "1notfinite"])
    }

    /// Rows with no number are counted whatever their reason is, and a label that differs between
    /// the models is no pair.
    func testOddRowsAreCounted() {
        var results = Results()
        add([0.5, nil, 0.6, 0.7], factors("align"), to: &results) { index, row in
            row.reason = ""
            if index == 2 { row.image.label = .uncertain }
        }
        add([0.1, 0.2, 0.3, 0.4], factors("misalign"), to: &results) { index, row in
            if index == 3 { row.image.label = .negative }
        }
        XCTAssertEqual(mass(results).gap?.count, 1)
        XCTAssertEqual(mass(results).missing, ["labels differ": 2, "no reason stored": 1])
        // Without a positive image in one model the row is still there.
        results = Results()
        add([0.5], factors("align"), to: &results) { $1.image.label = .uncertain }
        add([0.1], factors("misalign"), to: &results)
        XCTAssertEqual(mass(results).missing, ["labels differ": 1])
    }

    /// Two runs that only their number of steps tells apart are not mixed.
    func testRunsOfOtherLengthsStandApart() {
        var results = Results()
        for steps in [10, 20] {
            for (scenario, value) in [("align", 0.5), ("misalign", 0.1)] {
                var factors = factors(scenario)
                factors.steps = steps
                add([value, value + Double(steps) / 100], factors, to: &results)
            }
        }
        let gaps = GapReport(results).gaps.filter { $0.score == "mass accuracy" }
        XCTAssertEqual(gaps.count, 2)
        // The best checkpoints of a pair may be of different steps; two of one scenario cannot be
        // paired.
        results = Results()
        for (scenario, steps) in [("align", 10), ("misalign", 20), ("align", 30)] {
            var factors = factors(scenario)
            (factors.steps, factors.checkpoint) = (steps, "best_location")
            add([0.5, 0.2], factors, to: &results)
            if steps == 20 { XCTAssertEqual(mass(results).gap?.count, 2) }
        }
        XCTAssertTrue(GapReport(results).gaps.isEmpty)
        XCTAssertTrue(GapReport(results).text.contains("2 runs of align belong to this table"))
    }

    /// A file of the first version does not know its seed.
    func testWhatIsNotKnownIsNotNamed() {
        var results = Results()
        var factors = RunFactors()
        (factors.className, factors.scenario) = ("C", "align")
        add([0.5], factors, to: &results)
        XCTAssertFalse(GapReport(results).text.contains("seed"), GapReport(results).text)
        XCTAssertTrue(GapReport(results).text.contains("|     - |"), GapReport(results).text)
    }

    /// How equal two perfect models are depends on the number of images: four are too few, sixty
    /// are enough.
    func testEqualPredictionsOfPerfectModels() {
        func text(_ images: Int) -> String {
            var results = Results()
            for scenario in ["align", "misalign"] {
                add([Double?](repeating: 0.5, count: images), factors(scenario), to: &results) {
                    $1.image.label = $0 % 2 == 0 ? .positive : .negative
                    $1.image.logit = $0 % 2 == 0 ? 5 : -5
                    $1.image.logit! += Double($0 % (scenario == "align" ? 7 : 5)) / 10
                }
            }
            return GapReport(results).text
        }
        XCTAssertTrue(text(4).contains("margin of 0.05: cannot be told"), text(4))
        XCTAssertTrue(text(120).contains("margin of 0.05: yes"), text(120))
        XCTAssertTrue(text(120).contains("-0.049 to +0.049: no pair of images changes its order"))
    }

    /// With a few images DeLong's interval is too short to claim equality.
    func testFewImagesShowNoEquality() {
        var results = Results()
        for (scenario, moved) in [("align", 0.0), ("misalign", 0.11)] {
            add([Double?](repeating: 0.5, count: 60), factors(scenario), to: &results) {
                $1.image.label = $0 < 8 ? .positive : .negative
                $1.image.logit =
                    $0 < 8 ? 1 + Double($0) / 10 - ($0 == 0 ? moved : 0) : Double($0) / 60
            }
        }
        let text = GapReport(results).text
        XCTAssertTrue(text.contains("cannot be told, fewer than 10 positive"), text)
        XCTAssertTrue(text.contains("60 images, 8 positive"), text)
    }

    /// "At equal predictions" is said where the interval of the AUROC difference lies within the
    /// margin, denied where it lies outside, and left open otherwise.
    func testEqualPredictions() {
        func text(_ shift: Double, margin: Double) -> String {
            var results = Results()
            for (scenario, moved) in [("align", 0.0), ("misalign", shift)] {
                add([Double?](repeating: 0.5, count: 60), factors(scenario), to: &results) {
                    $1.image.label = $0 % 2 == 0 ? .positive : .negative
                    // Overlapping classes; the second model moves some of its positives down.
                    let noise = Double(($0 * 37) % 60) / 20
                    $1.image.logit = ($0 % 2 == 0 ? 1 - ($0 % 4 == 0 ? moved : 0) : 0) + noise
                }
            }
            return GapReport(results, margin: margin).text.split(separator: "\n")
                .first { $0.contains("AUROC align - misalign") }.map(String.init) ?? "none"
        }
        XCTAssertTrue(text(0.05, margin: 0.2).hasSuffix(": yes"), text(0.05, margin: 0.2))
        XCTAssertTrue(text(3, margin: 0.05).hasSuffix(": no"), text(3, margin: 0.05))
        XCTAssertTrue(text(0.5, margin: 0.05).contains("cannot be told"), text(0.5, margin: 0.05))
        XCTAssertTrue(text(0.05, margin: 0.2).contains("margin of 0.2"))
    }

    func testForeignNamesDoNotBreakATable() {
        var results = Results()
        var odd = factors("align")
        odd.className = "A\u{1B}[2J|B\nC"
        odd.scenario = "al|ign\n\u{1B}"
        add([0.5], odd, to: &results)
        let text = GapReport(results).text
        XCTAssertFalse(text.contains("\u{1B}"))
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("|") }
        XCTAssertEqual(
            Set(rows.map { $0.replacing("\\|", with: "").filter { $0 == "|" }.count }).count, 1)
    }
}
