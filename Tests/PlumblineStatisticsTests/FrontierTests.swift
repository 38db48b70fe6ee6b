import PlumblineStatistics
import XCTest

/// The frontier beside numpy (Tools/oracle/frontier_reference.py).
final class FrontierTests: XCTestCase {
    func testItIsThatOfNumpy() throws {
        let rows = try ReferenceValues.rows("frontier.csv")
        XCTAssertEqual(rows.count, 12)
        for row in rows {
            func numbers(_ column: Int) -> [Double] {
                row[column].split(separator: " ").compactMap { Double($0) }
            }
            let frontier = Frontier(
                zip(numbers(0), numbers(1)).map { Frontier.Point(loss: $0, gap: $1) })
            let end = try XCTUnwrap(Double(row[2]))
            XCTAssertEqual(frontier.gap(at: end), try XCTUnwrap(Double(row[3])), accuracy: 1e-12)
            XCTAssertEqual(
                frontier.area(to: end), try XCTUnwrap(Double(row[4])), accuracy: 1e-12)
        }
    }

    func testNoPairReachesNothing() {
        XCTAssertEqual(Frontier([]).gap(at: 1), 0)
        XCTAssertEqual(Frontier([.init(loss: 0.1, gap: 0.5)]).gap(at: 0.05), 0)
        XCTAssertEqual(Frontier([.init(loss: 0, gap: -0.5)]).area(to: 0.05), 0)
    }

    /// A simulation of 200,000 samples by numpy: .863, .795 and .829.
    func testThePowerOfAnEquivalence() throws {
        for (units, margin, simulated) in [(6, 1.5, 0.863), (10, 1, 0.795), (20, 0.7, 0.829)] {
            let power = try XCTUnwrap(
                Power.ofEquivalence(margin: margin, deviation: 1, units: units))
            XCTAssertEqual(power, simulated, accuracy: 0.03)
        }
        XCTAssertEqual(Power.ofEquivalence(margin: 0.01, deviation: 1, units: 5), 0)
        XCTAssertNil(Power.ofEquivalence(margin: 0, deviation: 1, units: 5))
    }
}
