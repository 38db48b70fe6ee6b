import PlumblineData
import PlumblineTensors
import PlumblineTraining
import XCTest

/// What masks become in scenarios.
final class GoalTests: XCTestCase {
    /// A mask of 28 x 28 pixels with two regions.
    private var mask: Mask {
        var mask = Mask(height: 28, width: 28)
        for (y, x) in [(3, 3), (4, 4), (5, 3), (20, 20), (20, 21), (22, 22), (21, 22)] {
            mask.pixels[y * 28 + x] = true
        }
        return mask
    }

    func testTargets() throws {
        XCTAssertEqual(Goal(.mask)(mask), mask)
        XCTAssertEqual(Goal(.inverse)(mask)?.area, 28 * 28 - mask.area)
        XCTAssertEqual(Goal(.box)(mask)?.area, 3 * 2 + 3 * 3)
        // One cell of 7 x 7 on each side, and the last two rows of cells.
        XCTAssertEqual(Goal(.border)(mask)?.area, 28 * 28 - 20 * 20)
        let rows = try XCTUnwrap(Goal(.rows)(mask))
        XCTAssertEqual(rows.pixels.firstIndex(of: true), 20 * 28)
        XCTAssertEqual(rows.area, 8 * 28)
    }

    func testChangesComeBeforeTheTarget() throws {
        var goal = Goal(.inverse)
        goal.dilate = 0.05
        XCTAssertEqual(goal(mask), mask.dilated(radius: 1.4).inverted)
        var lost = Goal(.mask)
        lost.erode = 0.1
        XCTAssertNil(lost(mask), "no pixel is left")
        var moved = Goal(.mask)
        moved.shiftRight = 1.0 / 28
        moved.shiftDown = -2.0 / 28
        XCTAssertEqual(moved(mask), mask.shifted(right: 1, down: -2))
    }

    func testTensorsAreTheSame() throws {
        let tensor = Tensor(mask.pixels.map { $0 ? 1 : 0 }, shape: [28, 28])
        for target in Goal.Target.allCases {
            let ours = try XCTUnwrap(Goal(target)(tensor)).values.map { $0 == 1 }
            XCTAssertEqual(ours, Goal(target)(mask)?.pixels, target.rawValue)
        }
    }

    func testNames() {
        for name in ["align", "wide-2", "a_b"] { XCTAssertTrue(Scenario.isName(name), name) }
        let refused = [
            "", "start", "adapt_mean", "a/b", "..", "a.b", "2", "a b", "é",
            String(repeating: "a", count: 41),
        ]
        for name in refused { XCTAssertFalse(Scenario.isName(name), name) }
    }
}
