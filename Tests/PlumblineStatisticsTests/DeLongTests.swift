import PlumblineStatistics
import XCTest

final class DeLongTests: XCTestCase {
    private let labels = (0..<40).map { $0 % 3 == 0 }
    private var first: [Double] { scores(17, 29, 0.3) }
    private var second: [Double] { scores(11, 23, 0.2) }

    private func scores(_ step: Int, _ modulus: Int, _ lift: Double) -> [Double] {
        labels.enumerated().map { image, label in
            let score = Double(image * step % modulus) / Double(modulus)
            return label ? score + lift : score
        }
    }

    /// Expected values: Reference/reference.py (every pair compared; MLstatkit gives the same).
    func testAgainstEveryPair() throws {
        let result = try aurocDifference(scoresA: first, scoresB: second, labels: labels).get()
        XCTAssertEqual(result.first.area, 0.6813186813186813, accuracy: 1e-12)
        XCTAssertEqual(result.first.variance, 0.008107159113076275, accuracy: 1e-12)
        XCTAssertEqual(result.second.area, 0.6346153846153846, accuracy: 1e-12)
        XCTAssertEqual(result.second.variance, 0.009021439253899102, accuracy: 1e-12)
        XCTAssertEqual(result.difference, 0.04670329670329676, accuracy: 1e-12)
        XCTAssertEqual(result.variance, 0.014587099291241305, accuracy: 1e-12)
        XCTAssertEqual(result.interval!.lower, -0.19001539972915643, accuracy: 1e-10)
        XCTAssertEqual(result.interval!.upper, 0.28342199313574995, accuracy: 1e-10)
        XCTAssertEqual(result.pValue!, 0.6989856364604914, accuracy: 1e-10)
        XCTAssertEqual(
            try areaUnderROCWithVariance(scores: first, labels: labels).get(), result.first)
    }

    func testGroupsThatDoNotRepeatChangeNothing() throws {
        let alone = try aurocDifference(scoresA: first, scoresB: second, labels: labels).get()
        let named = try aurocDifference(
            scoresA: first, scoresB: second, labels: labels, groups: labels.indices.map { "\($0)" }
        ).get()
        XCTAssertEqual(alone, named)
    }

    /// The jackknife over groups gives the variance in another way.
    func testGroupsAgainstTheJackknife() throws {
        var simulation = Simulation(random: SplitMix64(seed: 21))
        var scores: [Double] = []
        var labels: [Bool] = []
        var groups: [String] = []
        for group in 0..<120 {
            let shared = simulation.normal()
            for image in 0..<3 {
                labels.append((group + image) % 4 == 0 || group % 5 == 0)
                scores.append(shared + simulation.normal() + (labels.last! ? 0.8 : 0))
                groups.append("\(group)")
            }
        }
        func area(without left: String) throws -> Double {
            let kept = groups.indices.filter { groups[$0] != left }
            return try areaUnderROCWithVariance(
                scores: kept.map { scores[$0] }, labels: kept.map { labels[$0] }
            ).get().area
        }
        let areas = try (0..<120).map { try area(without: "\($0)") }
        let mean = areas.reduce(0, +) / 120
        let jackknife = areas.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } * 119 / 120
        let grouped = try areaUnderROCWithVariance(scores: scores, labels: labels, groups: groups)
            .get().variance
        let single = try areaUnderROCWithVariance(scores: scores, labels: labels).get().variance
        XCTAssertEqual(grouped / jackknife, 1, accuracy: 0.05)
        XCTAssertGreaterThan(abs(single / jackknife - 1), 0.1)
    }

    func testReasons() {
        func defect(_ scores: [Double], _ labels: [Bool], _ groups: [String]? = nil)
            -> AUROCDefect?
        {
            let result = aurocDifference(
                scoresA: scores, scoresB: scores, labels: labels, groups: groups)
            if case .failure(let defect) = result { return defect }
            return nil
        }
        XCTAssertEqual(defect([], []), .fewPositives)
        XCTAssertEqual(defect([1, 2, 3], [true, false, false]), .fewPositives)
        XCTAssertEqual(defect([1, 2, 3], [true, true, false]), .fewNegatives)
        XCTAssertEqual(defect([1, .nan, 3, 4], [true, true, false, false]), .notFinite)
        XCTAssertEqual(
            defect([1, 2, 3, 4], [true, true, false, false], ["a", "a", "b", "c"]),
            .fewPositiveGroups)
        XCTAssertEqual(
            defect([1, 2, 3, 4], [true, true, false, false], ["a", "b", "c", "c"]),
            .fewNegativeGroups)
        XCTAssertNil(defect([1, 2, 3, 4], [true, true, false, false]))
    }

    /// Equal orders have no variance; the bound for 14 pairs is Clopper and Pearson's
    /// (scipy.stats.beta.ppf(0.95, 1, 14)).
    func testEqualOrdersGetTheExactBound() throws {
        let scaled = first.map { $0 * 3 + 1 }
        let result = try aurocDifference(scoresA: first, scoresB: scaled, labels: labels).get()
        XCTAssertEqual(result.difference, 0)
        XCTAssertEqual(result.interval!.upper, 0.19263617565013524, accuracy: 1e-12)
        XCTAssertEqual(result.interval!.lower, -result.interval!.upper)
        XCTAssertEqual(result.interval!.units, 14)
        XCTAssertNil(result.pValue)
        XCTAssertEqual(result.positiveUnits, 14)
        XCTAssertEqual(result.negativeUnits, 26)
    }

    /// Both perfect, in other orders within a class; the groups hold one image of each class, so
    /// that five of the ten make a disjoint pair.
    func testPerfectModelsAreNoMoreCertainThanTheirImages() throws {
        let labels = (0..<20).map { $0 < 10 }
        let first = (0..<20).map { Double(20 - $0) }
        let second = (0..<20).map { image -> Double in
            let place = image < 10 ? 30 + image * 7 % 10 : image * 3 % 10
            return Double(place)
        }
        let single = try aurocDifference(scoresA: first, scoresB: second, labels: labels).get()
        XCTAssertEqual(single.interval!.upper, 0.2588655508930522, accuracy: 1e-12)
        let paired = try aurocDifference(
            scoresA: first, scoresB: second, labels: labels, groups: (0..<20).map { "\($0 % 10)" }
        ).get()
        XCTAssertEqual(paired.interval!.units, 5)
        // One right, one wrong: no variance, and no bound either.
        let opposite = try aurocDifference(
            scoresA: first, scoresB: first.map { -$0 }, labels: labels
        ).get()
        XCTAssertEqual(opposite.difference, 1)
        XCTAssertNil(opposite.interval)
    }
}
