import PlumblineSettings
import XCTest

final class NearestNameTests: XCTestCase {
    private let names = ["gradient", "input_x_gradient", "grad_cam", "grad_cam++", "lime", "rise"]

    func testTheNearestNameIsSuggested() {
        XCTAssertEqual(names.nearest(to: "gradeint"), "gradient")
        XCTAssertEqual(names.nearest(to: "Grad-CAM"), "grad_cam")
        XCTAssertEqual(names.nearest(to: "gradcam++"), "grad_cam++")
        XCTAssertEqual(names.nearest(to: "rsie"), "rise")
        XCTAssertEqual(names.hint(for: "lim"), "; did you mean lime?")
    }

    func testNothingIsSuggestedForAnotherWord() {
        XCTAssertNil(names.nearest(to: "shap"))
        XCTAssertNil(names.nearest(to: ""))
        XCTAssertEqual([String]().hint(for: "lime"), "")
        XCTAssertNil(names.nearest(to: String(repeating: "x", count: 1_000_000)))
    }
}
