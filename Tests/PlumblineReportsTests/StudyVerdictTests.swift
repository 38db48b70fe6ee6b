import PlumblineReports
import PlumblineStorage
import XCTest

/// The claims of a study judged by results with known gaps.
final class StudyVerdictTests: XCTestCase {
    private static let gaps = [0.21, 0.18, 0.25, 0.2, 0.16, 0.23]

    private func plan(_ claims: [StudyClaim]) -> StudyPlan {
        var plan = StudyPlan()
        (plan.claims, plan.families, plan.hash) = (claims, ["main": .holm], "abc")
        return plan
    }

    private func claim(
        _ name: String, _ expectation: StudyClaim.Expectation = .positive, margin: Double? = nil,
        _ change: (inout StudyClaim) -> Void = { _ in }
    ) -> StudyClaim {
        var claim = StudyClaim(name)
        (claim.metric, claim.expectation, claim.margin) = ("mass_accuracy", expectation, margin)
        change(&claim)
        return claim
    }

    private func pairs(_ gaps: [Double], start: String = "scratch", loss: Double = 0)
        -> [StudyResults.Pair]
    {
        gaps.enumerated().map { .init(start: start, seed: $0, gap: $1, loss: loss) }
    }

    private func verdict(_ plan: StudyPlan, _ results: Results) throws -> StudyVerdict {
        try StudyVerdict(plan, results, path: "x.h5")
    }

    /// scipy.stats.ttest_1samp of the six gaps.
    func testAGapThatIsThereHolds() throws {
        let results = StudyResults.make(pairs(Self.gaps), study: "abc")
        let outcome = try verdict(plan([claim("bent"), claim("not", .negative)]), results)
            .outcomes
        XCTAssertEqual(outcome[0].verdict, .holds)
        XCTAssertEqual(outcome[0].estimate!, 0.205, accuracy: 1e-12)
        XCTAssertEqual(outcome[0].pValue!, 2.1284831857164594e-05, accuracy: 1e-12)
        // Holm: twice the p value of two equal ones.
        XCTAssertEqual(outcome[0].adjustedP!, 2 * outcome[0].pValue!, accuracy: 1e-12)
        XCTAssertEqual(outcome[0].signFlipP!, 2.0 / 64, accuracy: 1e-12)
        XCTAssertEqual((outcome[0].pairs, outcome[0].startingModels).0, 6)
        XCTAssertEqual(outcome[0].startingModels, 6)
        XCTAssertEqual(outcome[1].verdict, .doesNotHold)
    }

    /// Two methods of one starting model are one unit.
    func testPairsOfAStartingModelAreOneCluster() throws {
        let own = pairs([0.2, 0.1])
        let others = own.map { pair -> StudyResults.Pair in
            var pair = pair
            pair.explanation = "lrp"
            return pair
        }
        let results = StudyResults.make(own + others, study: "abc")
        let outcome = try verdict(plan([claim("bent")]), results).outcomes[0]
        XCTAssertEqual(outcome.pairs, 4)
        XCTAssertEqual(outcome.startingModels, 2)
        XCTAssertEqual(outcome.degrees!, 1, accuracy: 1e-9)
        XCTAssertEqual(outcome.verdict, .undecided)
    }

    func testAContrastMatchesSeeds() throws {
        let pretrained = [0.22, 0.17, 0.26, 0.21, 0.15, 0.24]
        let results = StudyResults.make(
            pairs(Self.gaps) + pairs(pretrained + [0.9], start: "pretrained"), study: "abc")
        let same = claim("same", .equivalent, margin: 0.05) {
            $0.contrast = .init(axis: "start", first: "pretrained", second: "scratch")
        }
        var tight = same
        (tight.name, tight.margin) = ("tight", 0.001)
        let outcomes = try verdict(plan([same, tight]), results).outcomes
        XCTAssertEqual(outcomes[0].verdict, .holds)
        XCTAssertEqual(outcomes[0].estimate!, 0.02 / 6, accuracy: 1e-12)
        XCTAssertEqual(outcomes[0].pairs, 6)
        XCTAssertEqual(outcomes[0].left, "1 pairs without a partner")
        XCTAssertEqual(outcomes[1].verdict, .undecided)
    }

    func testALossOfAUROCClosesTheGate() throws {
        var gated = plan([claim("bent")])
        gated.aurocMargin = 0.05
        let kept = StudyResults.make(pairs(Self.gaps, loss: 0.01), study: "abc")
        let open = try verdict(gated, kept).outcomes[0]
        XCTAssertEqual(open.gate, .passes)
        XCTAssertEqual(open.verdict, .holds)
        let lost = StudyResults.make(pairs(Self.gaps, loss: 0.2), study: "abc")
        let outcome = try verdict(gated, lost).outcomes[0]
        XCTAssertEqual(outcome.gate, .fails)
        XCTAssertEqual(outcome.verdict, .undecided)
        XCTAssertEqual(outcome.reason, "the AUROC gate fails")
    }

    func testResultsOfAnotherPlanAreRefusedOrMarked() throws {
        let results = StudyResults.make(pairs(Self.gaps), study: "other")
        XCTAssertThrowsError(try verdict(plan([claim("bent")]), results)) {
            XCTAssertEqual(
                "\($0)",
                "x.h5: was made under plan other, not under plan abc; --other-plan judges it as "
                    + "exploratory")
        }
        let marked = try StudyVerdict(
            plan([claim("bent")]), results, path: "x.h5", acceptsOtherPlans: true)
        XCTAssertFalse(marked.isPlanned)
        XCTAssertTrue(marked.tables[0].text(.markdown).contains("nothing here is confirmatory"))
    }

    func testItIsTooEarlyBeforeTheStoppingRule() throws {
        let results = StudyResults.make(pairs(Self.gaps), study: "abc", missingCells: 2)
        var early = plan([claim("bent")])
        XCTAssertEqual(
            try verdict(early, results).outcomes[0].reason,
            "too early: 2 planned cells are not done")
        early.stopping = .pairs(7)
        XCTAssertEqual(
            try verdict(early, results).outcomes[0].reason,
            "too early: 6 of 7 planned pairs are done")
        early.stopping = .pairs(6)
        XCTAssertEqual(try verdict(early, results).outcomes[0].verdict, .holds)
    }

    func testWhatWasNotPlannedIsExploratory() throws {
        let results = StudyResults.make(
            pairs(Self.gaps) + pairs(Self.gaps, start: "pretrained"), study: "abc")
        let verdict = try verdict(plan([claim("bent")]), results)
        XCTAssertEqual(
            verdict.exploratory.map(\.claim.quantity),
            [
                "gap of mass_accuracy: start pretrained - scratch", "gap of rank_accuracy",
            ])
        XCTAssertTrue(try verdict.json().contains("\"verdict\" : \"exploratory\""))
    }

    /// statsmodels.stats.power.TTestPower: 0.8 at an effect of 1.0 deviations takes 10 units.
    func testPowerTakesTheSpreadOfEarlierResults() throws {
        let declared = claim("bent") { ($0.effect, $0.deviation) = (0.1, 0.1) }
        let power = try StudyPower(
            declared, plan: plan([declared]), pairs: 6, startingModels: 6, earlier: nil)
        XCTAssertEqual(power.needed, 10)
        let stored = claim("bent") { $0.effect = 0.05 }
        let earlier = StudyResults.make(pairs(Self.gaps))
        let other = try StudyPower(
            stored, plan: plan([stored]), pairs: 6, startingModels: 6, earlier: earlier)
        // numpy.std of the six gaps with ddof 1.
        XCTAssertEqual(other.deviation!, 0.032710854467592254, accuracy: 1e-12)
        XCTAssertEqual(other.earlierModels, 6)
        let unknown = try StudyPower(
            stored, plan: plan([stored]), pairs: 6, startingModels: 6, earlier: nil)
        XCTAssertNil(unknown.power)
    }
}
