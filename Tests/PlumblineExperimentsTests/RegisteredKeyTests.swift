import PlumblineExperiments
import PlumblineExplanations
import XCTest

/// Settings that a registered explanation declares are keys of the configuration.
final class RegisteredKeyTests: XCTestCase {
    private static let depth = ExplanationKey.whole("test_depth", 3, in: 1...9, "Levels.")
    private static let share = ExplanationKey.real("test_share", 0.5, in: 0...1, "Share.")
    private static let mirrors = ExplanationKey.flag("test_mirrors", true, "Mirrored too.")

    override func setUpWithError() throws {
        try ExplanationRegistry.register(
            "test_keys",
            keys: [Self.depth.declaration, Self.share.declaration, Self.mirrors.declaration]
        ) { _ in GradientExplanation() }
    }

    override func tearDown() { ExplanationRegistry.unregister("test_keys") }

    func testADeclaredSettingIsReadAndWritten() throws {
        let defaults = Configuration().explanation
        XCTAssertEqual(defaults[Self.depth], 3)
        let read = try Configuration(
            yaml: "explanation: {test_depth: 7, test_share: 0.25}", file: "c.yaml",
            overrides: ["explanation.test_mirrors=false"])
        XCTAssertEqual(read.explanation[Self.depth], 7)
        XCTAssertEqual(read.explanation[Self.share], 0.25)
        XCTAssertEqual(read.explanation[Self.mirrors], false)
        let written = try Configuration(yaml: read.yaml(), file: "c.yaml")
        XCTAssertEqual(written.explanation, read.explanation)
    }

    func testADeclaredRangeIsChecked() {
        XCTAssertThrowsError(
            try Configuration(yaml: "explanation: {test_depth: 10}", file: "c.yaml")
        ) {
            XCTAssertTrue("\($0)".contains("a whole number from 1 to 9"), "\($0)")
        }
    }
}
