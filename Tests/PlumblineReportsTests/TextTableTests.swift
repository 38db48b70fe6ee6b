import PlumblineReports
import XCTest

final class TextTableTests: XCTestCase {
    func testColumnsAreAlignedAndNumbersStandToTheRight() {
        var table = TextTable(["method", "gap"])
        table.add(["gradient", "+0.1"])
        table.add(["lime", "-12.25"])
        XCTAssertEqual(
            table.text,
            """
            | method   |    gap |
            |----------|-------:|
            | gradient |   +0.1 |
            | lime     | -12.25 |
            """)
    }

    func testAHeaderAloneIsATable() {
        XCTAssertEqual(TextTable(["a", "b"]).text, "| a | b |\n|---|--:|")
    }

    /// A name from a file adds no column to a table, and does not move the terminal's cursor.
    func testForeignTextStaysInItsCell() {
        var table = TextTable(["image"])
        table.add(["a|b\u{1B}[2J\nc"])
        let lines = table.text.split(separator: "\n")
        XCTAssertEqual(lines.count, 3)
        XCTAssertTrue(lines[2].contains("a\\|b"), table.text)
        XCTAssertFalse(table.text.unicodeScalars.contains("\u{1B}"))
    }
}
