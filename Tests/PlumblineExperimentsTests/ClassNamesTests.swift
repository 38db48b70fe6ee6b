import PlumblineExperiments
import XCTest

final class ClassNamesTests: XCTestCase {
    func testNames() throws {
        func names(_ text: String) throws -> [String] {
            try ClassNames.parsed(text, option: "--classes")
        }
        XCTAssertEqual(try names("A, B ,\tC d"), ["A", "B", "C d"])
        XCTAssertEqual(try names("1,2,3"), ["1", "2", "3"])
        XCTAssertEqual(try names("one"), ["one"])
        for (text, problem) in [
            ("", "name 1 is empty"), ("A,,B", "name 2 is empty"), ("A,B, ", "name 3 is empty"),
            ("A,B, A", "A: is given twice"), ("14", "not their number"),
        ] {
            XCTAssertThrowsError(try names(text), text) {
                XCTAssertTrue($0 is ConfigurationError)
                XCTAssertTrue("\($0)".contains(problem), "\($0)")
            }
        }
    }
}
