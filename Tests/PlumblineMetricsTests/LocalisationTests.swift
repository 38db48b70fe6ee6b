import PlumblineMetrics
import PlumblineTensors
import XCTest

final class LocalisationTests: XCTestCase {
    private func map(_ values: [Float], width: Int? = nil) -> HeatMap {
        let width = width ?? values.count
        return HeatMap(height: values.count / width, width: width, values: values)
    }

    func testARankingIsThatOfAStableSort() {
        var random = RandomGenerator(seed: 4)
        for (count, lowest) in [(0, -4), (1, -4), (2, 0), (500, 0), (500, -4), (5000, -4), (9, 4)] {
            let values = (0..<count).map { index -> Float in
                let value = (random.uniform(-4, 4) * 8).rounded()
                return max(index % 5 == 0 ? 0 : index % 7 == 0 ? -0.0 : value, Float(8 * lowest))
            }
            let expected = values.indices.sorted {
                values[$0] != values[$1] ? values[$0] > values[$1] : $0 < $1
            }
            let ranking = PixelRanking(values)
            XCTAssertEqual(ranking.order.map(Int.init), expected)
            XCTAssertEqual(ranking.values, expected.map { values[$0] })
        }
    }

    /// Ways of sorting that depend on how the values spread.
    func testARankingOfAnySpreadIsThatOfAStableSort() {
        var random = RandomGenerator(seed: 5)
        let uniform = (0..<4000).map { _ in random.uniform(-1, 1) }
        let spreads: [(name: String, values: [Float])] = [
            ("even", uniform), ("of one sign", uniform.map(abs)),
            ("with long tails", uniform.map { 1 / ($0 + 1.0001) }),
            ("mostly 0", uniform.map { max($0 - 0.7, 0) }),
            ("one far above all", uniform.map { $0 * 1e-9 } + [1]),
            ("one far below all", [-1e30] + uniform), ("equal", [Float](repeating: 3, count: 9)),
            ("without a finite range", uniform + [-3e38, 3e38]),
            ("too small to scale", uniform.map { $0 * 1e-44 }),
        ]
        for (name, values) in spreads {
            let expected = values.indices.sorted {
                values[$0] != values[$1] ? values[$0] > values[$1] : $0 < $1
            }
            XCTAssertEqual(PixelRanking(values).order.map(Int.init), expected, name)
        }
    }

    func testPixelsOfAMaskAreMarkedOnTheWayOrLater() {
        var random = RandomGenerator(seed: 6)
        for step in [0, 8] as [Float] {
            let values = (0..<800).map { _ in
                let value = random.uniform(-1, 1.5)
                return step == 0 ? value : (value * step).rounded() / step
            }
            let mask = (0..<800).map { _ in random.uniform() < 0.2 }
            let map = map(values, width: 40)
            let own = MaskDetection(map, mask)
            let later = MaskDetection(map, mask, ranking: PixelRanking(values).marking(mask))
            let again = MaskDetection(
                map, mask,
                ranking: PixelRanking(values, marking: mask.map { !$0 }).marking(mask))
            for other in [later, again] {
                XCTAssertEqual(own.areaUnderROC, other.areaUnderROC)
                XCTAssertEqual(own.averagePrecision, other.averagePrecision)
            }
        }
    }

    func testSumsOfARectifiedMapAreThePositiveOnes() {
        let map = map([0.1, -0.7, 0.3, 0, -0.2, 1e-3], width: 3)
        let mask = [true, true, false, true, false, true]
        XCTAssertEqual(
            RelevanceSums(map.rectified, mask), RelevanceSums(map, mask).rectified)
    }

    /// What is known already shortens the work and changes no score.
    func testShortWaysGiveTheSameScores() {
        var random = RandomGenerator(seed: 9)
        for step in [0, 8, 64] as [Float] {
            let values = (0..<600).map { _ in
                let value = random.uniform(-1, 1.5)
                return step == 0 ? value : (value * step).rounded() / step
            }
            let mask = (0..<600).map { _ in random.uniform() < 0.2 }
            for map in [map(values, width: 30), map(values, width: 30).rectified] {
                let ranking = PixelRanking(map.values)
                let plain = rankAccuracy(map, mask)
                let ranked = rankAccuracy(map, mask, ranking: ranking)
                XCTAssertEqual(plain.accuracy, ranked.accuracy)
                XCTAssertEqual(plain.tiedShare, ranked.tiedShare)
                for k in [1, 30, 600] {
                    XCTAssertEqual(
                        topKIntersection(map, mask, k: k),
                        topKIntersection(map, mask, k: k, ranking: ranking))
                }
                XCTAssertEqual(
                    PointingGame.hit(map, mask, tolerance: 2),
                    PointingGame.hit(map, mask, tolerance: 2, ranking: ranking))
                let sums = RelevanceSums(map, mask)
                XCTAssertEqual(massAccuracy(map, mask), massAccuracy(map, mask, sums: sums))
                checkRegions(map, mask, ranking)
            }
        }
    }

    private func checkRegions(_ map: HeatMap, _ mask: [Bool], _ ranking: PixelRanking) {
        let rules: [Binarisation] = [
            .top(share: 0.05), .percentile(0.9), .percentile(0.31), .meanPlus(deviations: 1),
            .shareOfRange(0.5), .otsu,
        ]
        for rule in rules {
            guard case .pixels(let region) = rule.region(of: map),
                case .atLeast(let bound) = rule.bound(of: map, ranking: ranking)
            else { return XCTFail("\(rule)") }
            XCTAssertEqual(
                RegionOverlap(region, mask), RegionOverlap(map, atLeast: bound, mask), "\(rule)")
        }
    }

    func testDegenerateInputsAreMissing() {
        let good = map([1, 2, 3, 4], width: 2)
        let constant = map([2, 2, 2, 2], width: 2)
        let broken = map([1, .infinity, 3, 4], width: 2)
        let none = [false, false, false, false]
        let all = [true, true, true, true]
        let one = [true, false, false, false]
        XCTAssertEqual(MaskDetection(good, none).areaUnderROC, .missing(.emptyMask))
        XCTAssertEqual(MaskDetection(good, all).averagePrecision, .missing(.fullMask))
        XCTAssertEqual(MaskDetection(constant, one).areaUnderROC, .missing(.constantMap))
        XCTAssertEqual(MaskDetection(broken, one).areaUnderROC, .missing(.notFinite))
        XCTAssertEqual(topKIntersection(constant, one, k: 2), .missing(.constantMap))
        XCTAssertEqual(PointingGame.hit(good, none), .missing(.emptyMask))
        XCTAssertEqual(PointingGame.hit(broken, one), .missing(.notFinite))
        XCTAssertEqual(RelevanceShares.dualPolarityPrecision(good, all), .missing(.fullMask))
        XCTAssertEqual(RelevanceShares.borderMass(map([-1, -2])), .missing(.noPositiveRelevance))
        XCTAssertEqual(MapComplexity.gini(map([0, 0])), .missing(.noRelevance))
        XCTAssertEqual(MapComplexity.entropy(broken), .missing(.notFinite))
        XCTAssertEqual(MapSimilarity.pearson(good, constant), .missing(.constantMap))
        XCTAssertEqual(MapSimilarity.structural(good, good), .missing(.smallMap))
        for rule in [.otsu, .percentile(0.5), .top(share: 0.5)] as [Binarisation] {
            guard case .missing(.constantMap) = rule.region(of: constant) else {
                return XCTFail("\(rule): a constant map has no region")
            }
        }
        let empty = RegionOverlap(none, one)
        XCTAssertEqual(empty.intersectionOverUnion, .missing(.emptyRegion))
        XCTAssertEqual(RegionOverlap(one, none).dice, .missing(.emptyMask))
    }

    /// By hand: the corner of the largest cell at 2x the resolution.
    func testAutoTimmsPointingGame() {
        let cells = map([0, 1, 5, 2], width: 2)
        // Its corner is y = 4, x = 0 in an image of 8 x 8.
        func hit(_ box: (left: Double, top: Double, right: Double, bottom: Double)) -> Measured {
            PointingGame.cornerHit(cells, box: box, height: 8, width: 8)
        }
        XCTAssertEqual(hit((0, 4, 1, 5)), .value(1))
        XCTAssertEqual(hit((0, 0, 7, 4)), .value(1))
        // The cell covers 4 ... 7, but its corner does not lie in this box.
        XCTAssertEqual(hit((1, 5, 7, 7)), .value(0))
    }

    /// The mean over all orders of six different pixels, of which two belong to the mask.
    func testTheChanceOfAveragePrecision() {
        var total = 0.0
        var count = 0.0
        for first in 0..<6 {
            for second in (first + 1)..<6 {
                var mask = [Bool](repeating: false, count: 6)
                mask[first] = true
                mask[second] = true
                total += MaskDetection(map([6, 5, 4, 3, 2, 1]), mask).averagePrecision.value!
                count += 1
            }
        }
        XCTAssertEqual(
            MaskDetection.chanceOfPrecision(mask: 2, pixels: 6), total / count, accuracy: 1e-12)
        // The sum and its expansion agree where one takes over from the other.
        let exact = (1...1001).reduce(0.0) { $0 + 1 / Double($1) }
        let share = 9.0 / 1000
        XCTAssertEqual(
            MaskDetection.chanceOfPrecision(mask: 10, pixels: 1001),
            share + (1 - share) * exact / 1001, accuracy: 1e-13)
    }

    func testTheSignOfRelevance() {
        let signed = map([3, 1, -2, -2])
        // Positive: 3 of 4 inside. Negative: 2 of 4 outside.
        XCTAssertEqual(
            RelevanceShares.dualPolarityPrecision(signed, [true, false, true, false]),
            .value((0.75 + 0.5) / 2))
        XCTAssertEqual(
            RelevanceShares.dualPolarityPrecision(map([3, 1, 0]), [true, false, false]),
            .value(0.75))
    }

    func testBorderMass() {
        var values = [Float](repeating: 1, count: 100)
        values[55] = 21
        // The border of one pixel has 36 of 120.
        XCTAssertEqual(RelevanceShares.borderMass(map(values, width: 10)), .value(0.3))
    }

    /// One overlap for each of the eight cases of Shared Interest.
    func testTheEightCases() {
        func found(_ mask: Int, _ explained: Int, _ both: Int, _ isCorrect: Bool) -> String? {
            SharedInterestCase(
                RegionOverlap(mask: mask, explained: explained, both: both, pixels: 1000),
                isCorrect: isCorrect)?.rawValue
        }
        XCTAssertEqual(found(100, 100, 90, true), "human_aligned")
        XCTAssertEqual(found(100, 100, 90, false), "confuser")
        XCTAssertEqual(found(100, 20, 20, true), "sufficient_subset")
        XCTAssertEqual(found(100, 20, 20, false), "insufficient_subset")
        XCTAssertEqual(found(100, 500, 100, true), "context_dependent")
        XCTAssertEqual(found(100, 500, 100, false), "context_confusion")
        XCTAssertEqual(found(100, 100, 0, true), "sufficient_context")
        XCTAssertEqual(found(100, 100, 0, false), "distractor")
        XCTAssertNil(found(100, 100, 30, true))
        XCTAssertNil(found(100, 0, 0, true))
    }

    func testAPartThatIsAbsentHasNoScore() {
        let image = map([0, 1, 1, 0])
        let parts = PartHeatMap(
            image,
            parts: [
                ("there", [false, true, false, false]),
                ("gone", [Bool](repeating: false, count: 4)),
            ]
        ).parts
        XCTAssertEqual(parts.map(\.name), ["there", "background"])
        XCTAssertEqual(parts[0].harmonicMean, .value(2 * 0.5 * 1 / 1.5))
        XCTAssertEqual(parts[1].recall, .value(1.0 / 3))
    }
}
