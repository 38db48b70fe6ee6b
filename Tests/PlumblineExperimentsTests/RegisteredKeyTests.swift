import PlumblineExplanations
import XCTest

@testable import PlumblineExperiments

/// Settings that a registered explanation declares are keys of the configuration.
final class RegisteredKeyTests: XCTestCase {
    func testADeclaredSettingIsReadWrittenAndChecked() {
        let depth = ExplanationKey.whole("depth", 3, in: 1...9, "Levels.")
        let share = ExplanationKey.real("share", 0.5, in: 0...1, "Share.")
        let mirrors = ExplanationKey.flag("mirrors", true, "Mirrored too.")
        var configuration = Configuration()
        func key(_ declaration: ExplanationKeyDeclaration) -> ConfigurationKey {
            ConfigurationKeys.registered(declaration)
        }
        XCTAssertEqual(key(depth.declaration).key, "explanation.depth")
        XCTAssertEqual(key(depth.declaration).write(configuration), "3")
        XCTAssertTrue(key(depth.declaration).read(&configuration, ["7"], false))
        XCTAssertFalse(key(depth.declaration).read(&configuration, ["10"], false))
        XCTAssertTrue(key(share.declaration).read(&configuration, ["0.25"], false))
        XCTAssertTrue(key(mirrors.declaration).read(&configuration, ["false"], false))
        XCTAssertEqual(configuration.explanation[depth], 7)
        XCTAssertEqual(configuration.explanation[share], 0.25)
        XCTAssertEqual(configuration.explanation[mirrors], false)
        XCTAssertEqual(key(depth.declaration).write(configuration), "7")
    }
}
