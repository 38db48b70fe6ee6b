import PlumblineSettings
import XCTest

final class NamePatternTests: XCTestCase {
    private func matches(_ pattern: String, _ name: String) throws -> Bool {
        try XCTUnwrap(NamePattern(pattern)).matches(name)
    }

    func testStarsAndQuestionMarks() throws {
        for (pattern, name) in [
            ("features.*", "features.norm0.bias"), ("*.bias", "features.norm0.bias"),
            ("*", "classifier.weight"), ("a*b*c", "aXbbYc"), ("layer?.0", "layer1.0"), ("a", "a"),
            ("a*", "a"), ("**", ""),
        ] { XCTAssertTrue(try matches(pattern, name), "\(pattern) on \(name)") }
        for (pattern, name) in [
            ("features.*", "my.features.bias"), ("*.bias", "bias"), ("layer?.0", "layer.0"),
            ("a*b*c", "aXcb"), ("features", "features.conv0.weight"), ("A", "a"),
        ] { XCTAssertFalse(try matches(pattern, name), "\(pattern) on \(name)") }
    }

    func testTheNearestName() throws {
        let names = ["features.conv0.weight", "features.norm0.bias", "classifier.weight"]
        for (pattern, nearest) in [
            ("feature.*", "features.conv0.weight"), ("*.bais", "features.norm0.bias"),
            ("clasifier.*", "classifier.weight"),
        ] { XCTAssertEqual(NamePattern(pattern)?.nearest(of: names), nearest, pattern) }
    }

    func testAPatternHasALength() {
        XCTAssertNil(NamePattern(""))
        XCTAssertNil(NamePattern(String(repeating: "*", count: NamePattern.longest + 1)))
    }
}
