import PlumblineMetrics
import Foundation
import XCTest

/// Values of scikit-learn 1.9 for the same scores and labels.
final class MulticlassMetricsTests: XCTestCase {
    private let scores: [Float] = [
        3.0, -2.5, 0.5, -0.5, 0.5, -0.25, -2.0, -0.5, -0.75, 4.25, 0.25, -0.25,
        -0.25, 0.25, -1.0, -0.5, 0.5, 0.75, 1.0, -0.25, 0.0, 1.5, 0.5, 0.25,
        -0.25, 0.5, 2.0, 0.75, 0.75, 1.0, -1.0, -0.25, 1.0, 1.5, 0.0, 0.75,
        -2.75, 1.0, -1.0, -0.75, 1.25, 0.75, -0.5, -1.0, 0.0, -0.25, 1.5, 1.75,
    ]
    /// No image has the class 2.
    private let labels = [0, 0, 1, 1, 1, 3, 3, 0, 1, 3, 0, 3]

    private var predictions: MulticlassPredictions {
        MulticlassPredictions(scores: scores, labels: labels, classCount: 4)
    }

    func testAgainstScikitLearn() throws {
        XCTAssertEqual(predictions.predictions, [0, 0, 1, 1, 2, 1, 2, 1, 1, 1, 0, 3])
        XCTAssertEqual(
            predictions.confusionMatrix,
            [[3, 1, 0, 0], [0, 3, 1, 0], [0, 0, 0, 0], [0, 2, 1, 1]])
        XCTAssertEqual(predictions.topAccuracy(1).value!, 0.5833333333333334, accuracy: 1e-15)
        XCTAssertEqual(predictions.topAccuracy(2).value!, 0.9166666666666666, accuracy: 1e-15)
        XCTAssertEqual(predictions.topAccuracy(3).value!, 1)
        XCTAssertEqual(predictions.macroF1.value!, 0.4642857142857143, accuracy: 1e-15)
        XCTAssertEqual(predictions.microF1.value!, 0.5833333333333334, accuracy: 1e-15)
        for (index, expected) in [0.8571428571428571, 0.6, 0, 0.4].enumerated() {
            XCTAssertEqual(predictions.f1Score(of: index).value!, expected, accuracy: 1e-15)
        }
    }

    func testOneAgainstTheRest() {
        var labels = labels
        labels[2] = 2
        labels[7] = 2
        let all = MulticlassPredictions(scores: scores, labels: labels, classCount: 4)
        func softmax(_ row: [Float]) -> [Double] {
            let exponentials = row.map { exp(Double($0)) }
            let total = exponentials.reduce(0, +)
            return exponentials.map { $0 / total }
        }
        XCTAssertEqual(
            all.macroAUROC(comparable: softmax).value!, 0.5718171296296297, accuracy: 1e-14)
    }

    func testWhatIsUndefinedIsMissing() {
        XCTAssertEqual(predictions.macroAUROC().reason, .oneClassOnly, "no image of class 2")
        let none = MulticlassPredictions(scores: [], labels: [], classCount: 3)
        XCTAssertEqual(none.topAccuracy(1).reason, .noImages)
        XCTAssertEqual(none.macroF1.reason, .noImages)
        let broken = MulticlassPredictions(scores: [1, .nan], labels: [0], classCount: 2)
        XCTAssertEqual(broken.topAccuracy(1).reason, .notFinite)
        XCTAssertEqual(broken.macroAUROC().reason, .notFinite)
        let apart = MulticlassPredictions(scores: [2, 1, 0], labels: [0], classCount: 3)
        XCTAssertEqual(apart.f1Score(of: 2).reason, .oneClassOnly)
    }

    /// Of equal scores the class with the lower index comes first, everywhere.
    func testTies() {
        let tied = MulticlassPredictions(
            scores: [1, 1, 1, 1, 1, 1], labels: [0, 2], classCount: 3)
        XCTAssertEqual(tied.predictions, [0, 0])
        XCTAssertEqual(tied.topAccuracy(1).value, 0.5)
        XCTAssertEqual(tied.topAccuracy(2).value, 0.5)
        XCTAssertEqual(tied.topAccuracy(3).value, 1)
    }
}
