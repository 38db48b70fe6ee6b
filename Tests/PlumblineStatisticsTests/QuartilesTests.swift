import PlumblineStatistics
import XCTest

/// Expected values: numpy.percentile, which interpolates linearly.
final class QuartilesTests: XCTestCase {
    func testQuartilesAgainstNumpy() throws {
        let values: [Double] = [3, 1, 4, 1, 5, 9, 2, 6]
        let expected: [(count: Int, quartiles: [Double])] = [
            (1, [3, 3, 3]), (2, [1.5, 2, 2.5]), (3, [2, 3, 3.5]), (5, [1, 3, 4]),
            (6, [1.5, 3.5, 4.75]), (8, [1.75, 3.5, 5.25]),
        ]
        for (count, quartiles) in expected {
            let found = try XCTUnwrap(Quartiles(Array(values.prefix(count))))
            XCTAssertEqual([found.first, found.median, found.third], quartiles, "\(count) values")
            XCTAssertEqual(found.least, values.prefix(count).min())
            XCTAssertEqual(found.greatest, values.prefix(count).max())
        }
        XCTAssertNil(Quartiles([]))
    }
}
