import PlumblineData
import Foundation
import XCTest

/// Mask files as Python writes them, and sizes that no image has.
final class MaskFileTests: XCTestCase {
    private nonisolated(unsafe) var folder: TemporaryFolder!

    override func setUpWithError() throws { folder = try TemporaryFolder() }
    override func tearDown() { folder.remove() }

    private func masks(_ text: String) throws -> Localizations {
        try Localizations(folder.write(text, to: "masks.json"))
    }

    private func message(_ text: String) -> String {
        folder.message { _ = try masks(text) }
    }

    /// Runs 9, 2, 2, 2, 2, 2, 5 down the columns of 4 x 6.
    private let region = #"{"size": [4, 6], "counts": "9220003"}"#

    func testWhatPythonWrites() throws {
        let expected = try RunLengthEncoding.decode("9220003", height: 4, width: 6, name: "x")
        let texts = [
            #"{"i": {"A": \#(region), "score": NaN}}"#,
            #"{"i": {"A": {"size": [4, 6], "counts": "9220003", "score": -Infinity}, "B": null}}"#,
            "\u{FEFF}" + #"{"i": {"A": \#(region), "B": NaN, "id": 3, "note": "x"}, "j": null}"#,
            #"{"i": {"A": {"size": [4.0, 6], "counts": [9, 2, 2, 2, 2, 2, 5]}}}"#,
            #"{"i": {"A": {"size": [4, 6], "counts": "b'9220003'"}, "bbox": [1, 2]}}"#,
        ]
        for text in texts {
            let read = try masks(text)
            XCTAssertEqual(try read.mask("A", in: "i"), expected, text)
            XCTAssertEqual(read.findings(in: "i"), ["A"], text)
            XCTAssertNil(try read.mask("B", in: "i"))
        }
        // A backslash of the code is doubled where Python writes bytes as text.
        var wide = Mask(height: 50, width: 2)
        for place in 0..<44 { wide.pixels[place * 2] = true }
        let code = RunLengthEncoding.encode(wide)
        XCTAssertTrue(code.contains("\\"), code)
        let escaped = code.replacingOccurrences(of: "\\", with: "\\\\\\\\")
        let read = try masks(#"{"i": {"A": {"size": [50, 2], "counts": "b'\#(escaped)'"}}}"#)
        XCTAssertEqual(try read.mask("A", in: "i"), wide)
    }

    func testSynonymsGoBothWays() throws {
        for name in ["Airspace Opacity", "Lung Opacity"] {
            let read = try masks(#"{"i": {"\#(name)": \#(region)}}"#)
            for asked in ["Airspace Opacity", "Lung Opacity"] {
                XCTAssertEqual(try read.mask(asked, in: "i")?.area, 6)
            }
        }
        XCTAssertTrue(
            message(#"{"i": {"Airspace Opacity": \#(region), "Lung Opacity": \#(region)}}"#)
                .contains("i: Lung Opacity and Airspace Opacity are one finding"))
    }

    func testWhatIsThereTwiceIsRefused() {
        XCTAssertTrue(message(#"{"i": {}, "i": {}}"#).hasSuffix("line 1: i is there twice"))
        XCTAssertTrue(message("{\"i\": {\"A\": \(region),\n\"A\": null}}").contains("line 2: A is"))
    }

    func testWhatIsNoRegion() throws {
        let wrong: [(String, String)] = [
            (#"{"i": {"img_size": [true, true], "A": []}}"#, "img_size must be"),
            (#"{"i": {"img_size": [4, 6], "A": [[[true, false], [1, 2]]]}}"#, "of [x, y]"),
            (#"{"i": {"img_size": [4, 6], "A": [[[NaN, 3], [1, 2]]]}}"#, "of [x, y]"),
            (#"{"i": {"img_size": [4, 6], "A": [[1, 2], [3, 4]]}}"#, "i: A: a list of polygons"),
            (#"{"i": {"A": {"size": [4, true], "counts": "9"}}}"#, "size [height, width]"),
            (#"{"i": {"A": {"size": [4, 6], "counts": [30]}}}"#, "longer than 4 x 6"),
            (#"{"i": {"A": {"size": [4, 6], "counts": [-1, 25]}}}"#, "a run of -1"),
            (#"{"i": {"A": {"size": [4, 6], "counts": [1.5]}}}"#, "whole numbers"),
            (#"{"i": {"A": {"size": [4, 6], "counts": "9"}}}"#, "shorter than 4 x 6"),
            (
                #"{"i": {"A": \#(region), "B": {"size": [6, 4], "counts": [24]}}}"#,
                "another of this"
            ),
            (#"{"i": 3}"#, "an object of findings, not a number"), ("[]", "not a JSON object"),
            (#"{"i": {"A": 01}}"#, "not JSON: line 1"), (#"{"i": {},}"#, "not JSON"),
            (String(repeating: "[", count: 100_000), "more than 100 levels"),
            ("{\"a\": \"\u{1}\"}", "control character"), (#"{"a": "\ud800"}"#, "half a character"),
        ]
        for (text, words) in wrong {
            XCTAssertTrue(message(text).contains(words), "\(text.prefix(60)): \(message(text))")
        }
        // Another value beside the regions is an error when it is asked for.
        let read = try masks(#"{"i": {"A": 0.5, "B": true}}"#)
        XCTAssertTrue(
            folder.message { _ = try read.mask("A", in: "i") }.contains("not a number"))
        XCTAssertNil(try read.mask("C", in: "i"))
    }

    func testSizesAreBoundedBeforeMemoryIsTaken() {
        for size in ["[65536, 65536]", "[30000, 30000]", "[0, 5]", "[-1, 5]", "[70000, 1]"] {
            let polygon = message(#"{"i": {"img_size": \#(size), "A": [[[5, 5], [9, 9]]]}}"#)
            XCTAssertTrue(polygon.contains("i: a mask of"), polygon)
            let code = message(#"{"i": {"A": {"size": \#(size), "counts": "0PPPPPP4"}}}"#)
            XCTAssertTrue(code.contains("i: A: a mask of"), code)
        }
        // A contour that goes up and down an image many times.
        let corners = (0..<60_000).map { "[\($0 % 2), \($0 % 2 * 60000)]" }.joined(separator: ",")
        XCTAssertTrue(
            message(#"{"i": {"img_size": [60000, 2], "A": [[\#(corners)]]}}"#).contains("cross"))
        let square = "[[0, 0], [9999, 0], [9999, 9999], [0, 9999]]"
        let squares = Array(repeating: square, count: 20).joined(separator: ",")
        XCTAssertTrue(
            message(#"{"i": {"img_size": [10000, 10000], "A": [\#(squares)]}}"#).contains("pixels"))
    }
}
