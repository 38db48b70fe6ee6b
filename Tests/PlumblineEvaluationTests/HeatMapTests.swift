import PlumblineEvaluation
import PlumblineMetrics
import PlumblineTensors
import XCTest

final class HeatMapTests: XCTestCase {
    func testHeatMapPoolsPositiveRelevanceAfterResizing() {
        let relevance = Tensor([1, -2, 3, 4], shape: [1, 2, 2])
        XCTAssertEqual(HeatMap(relevance: relevance, height: 1, width: 2).values, [1, 7])
        XCTAssertEqual(HeatMap(relevance: relevance, height: 2, width: 4).values.count, 8)
    }
}
