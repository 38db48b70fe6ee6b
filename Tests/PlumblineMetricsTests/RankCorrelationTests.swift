import PlumblineMetrics
import XCTest

final class RankCorrelationTests: XCTestCase {
    /// Expected value: scipy.stats.spearmanr.
    func testEqualNumbersShareTheirRank() throws {
        let correlation = spearmanCorrelation([1, 2, 2, 4, 5, 0.5, 2], [3, 1, 1, 2, 9, 9, 4])
        XCTAssertEqual(try XCTUnwrap(correlation.value), -0.07548513560963972, accuracy: 1e-12)
    }

    func testWhatHasNoCorrelation() {
        XCTAssertEqual(spearmanCorrelation([1, 2], [2, 1]), .missing(.tooFewImages))
        XCTAssertEqual(spearmanCorrelation([1, 2, 3], [4, 4, 4]), .missing(.equalValues))
    }
}
