import PlumblineModels
import XCTest

final class ModelConfigurationTests: XCTestCase {
    /// What a checkpoint stores is read back as it was, to the last bit.
    func testJSONThereAndBack() throws {
        for text in [
            #"{"depth": 2, "rates": [1, 2, 3], "ratio": 0.1, "flag": true}"#,
            #"{"a": 19223372036854775807e3, "d": -0.0}"#,
            #"{"a": -922365536372036854775808, "b": 1e3}"#,
            #"{"a": 5e-324, "b": 1.7976931348623157e308}"#,
        ] {
            let first = try ModelConfiguration(json: text)
            let second = try ModelConfiguration(json: first.json)
            XCTAssertEqual(second, first, text)
        }
        let values = try ModelConfiguration(json: #"{"x": true, "y": 7, "z": []}"#).values
        XCTAssertEqual(values, ["x": .number(1), "y": .number(7), "z": .list([])])
    }

    func testWhatIsNoSettingIsNamed() {
        for (text, message) in [
            ("[1]", "must be a JSON object"), ("{", "not JSON"), ("3", "must be a JSON object"),
            (#"{"a": [1, 2.5]}"#, "a list must hold whole numbers"),
            (#"{"a": "x"}"#, "neither a number nor a list"),
            (#"{"a": {"b": 1}}"#, "neither a number nor a list"),
            (#"{"a": null}"#, "neither a number nor a list"),
        ] {
            XCTAssertThrowsError(try ModelConfiguration(json: text), text) { error in
                XCTAssertTrue("\(error)".contains(message), "\(text): \(error)")
            }
        }
    }
}
