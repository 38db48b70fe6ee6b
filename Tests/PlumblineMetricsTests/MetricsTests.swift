import PlumblineMetrics
import PlumblineTensors
import XCTest

final class MetricsTests: XCTestCase {
    private func map(_ values: [Float]) -> HeatMap {
        HeatMap(height: 1, width: values.count, values: values)
    }

    func testMassAccuracy() {
        XCTAssertEqual(massAccuracy(map([1, 3, 0, 4]), [true, true, false, false]), .value(0.5))
        XCTAssertEqual(massAccuracy(map([1, 2]), [false, false]), .missing(.emptyMask))
        XCTAssertEqual(massAccuracy(map([0, 0]), [true, false]), .missing(.noPositiveRelevance))
        XCTAssertEqual(massAccuracy(map([2, 2]), [true, false]), .missing(.constantMap))
        XCTAssertEqual(massAccuracy(map([.nan, 2]), [true, false]), .missing(.notFinite))
    }

    func testRankAccuracyIsTheExpectationOverTies() {
        XCTAssertEqual(
            rankAccuracy(map([5, 4, 3, 2]), [true, false, true, false]).accuracy, .value(0.5))
        // Two places, one taken by 5; four zeros compete for the other, one of them inside.
        let tied = rankAccuracy(map([5, 0, 0, 0, 0]), [true, true, false, false, false])
        XCTAssertEqual(tied.accuracy.value!, (1 + 0.25) / 2, accuracy: 1e-12)
        XCTAssertEqual(tied.tiedShare, 0.5)
    }

    /// Against sorting, on values of every magnitude and sign, with equal ones among them.
    func testRankAccuracyIsThatOfSorting() {
        var random = RandomGenerator(seed: 8)
        for scale in [1e-38, 1e-6, 1, 1e30] as [Float] {
            let values = (0..<300).map { index -> Float in
                index % 7 == 0 ? 0 : index % 11 == 0 ? -0.0 : scale * random.uniform(-1, 1)
            }
            for count in [1, 37, 299, 300] {
                let order = values.indices.shuffled(using: &random)
                var mask = [Bool](repeating: false, count: 300)
                for index in order.prefix(count) { mask[index] = true }
                let threshold = values.sorted(by: >)[count - 1]
                let above = values.indices.filter { values[$0] > threshold }
                let equal = values.indices.filter { values[$0] == threshold }
                let share = Double(count - above.count) / Double(equal.count)
                let hits =
                    Double(above.count { mask[$0] }) + share * Double(equal.count { mask[$0] })
                XCTAssertEqual(
                    rankAccuracy(map(values), mask).accuracy.value!, hits / Double(count),
                    accuracy: 1e-12)
            }
        }
    }

    func testRankAccuracyDoesNotDependOnOrder() {
        var random = RandomGenerator(seed: 3)
        let values = (0..<500).map { _ in Float(Int(random.uniform(0, 6))) }
        let mask = (0..<500).map { _ in random.uniform() < 0.3 }
        let expected = rankAccuracy(map(values), mask).accuracy.value!
        // The mean over random orders of equals is the expectation.
        var total = 0.0
        for _ in 0..<400 {
            let order = values.indices.shuffled(using: &random).sorted { values[$0] > values[$1] }
            let places = mask.filter { $0 }.count
            total += Double(order.prefix(places).filter { mask[$0] }.count) / Double(places)
        }
        XCTAssertEqual(total / 400, expected, accuracy: 0.01)
        let order = values.indices.shuffled(using: &random)
        XCTAssertEqual(
            rankAccuracy(map(order.map { values[$0] }), order.map { mask[$0] }).accuracy.value!,
            expected, accuracy: 1e-12)
    }

    func testClassificationAgainstPairCounting() {
        var random = RandomGenerator(seed: 4)
        let scores = (0..<80).map { _ in Double(Int(random.uniform(0, 20))) / 20 }
        let labels = (0..<80).map { _ in random.uniform() < 0.4 }
        var wins = 0.0
        var pairs = 0.0
        for i in 0..<80 where labels[i] {
            for j in 0..<80 where !labels[j] {
                pairs += 1
                wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0
            }
        }
        XCTAssertEqual(
            areaUnderROC(scores: scores, labels: labels).value!, wins / pairs, accuracy: 1e-12)
        XCTAssertEqual(
            areaUnderROC(scores: [1, 2], labels: [true, true]), .missing(.oneClassOnly))
        // scikit-learn: average_precision_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) = 0.8333...
        XCTAssertEqual(
            averagePrecision(scores: [0.1, 0.4, 0.35, 0.8], labels: [false, false, true, true])
                .value!, 0.8333333333, accuracy: 1e-9)
        XCTAssertEqual(f1Score(scores: [0.9, 0.6, 0.2], labels: [true, false, true]).value!, 0.5)
        XCTAssertEqual(
            accuracy(scores: [0.9, 0.6, 0.2], labels: [true, false, false]).value!, 2 / 3.0,
            accuracy: 1e-12)
    }
}
