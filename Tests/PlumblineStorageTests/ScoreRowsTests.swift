import Foundation
import PlumblineStorage
import XCTest

final class ScoreRowsTests: XCTestCase {
    private func row(_ number: Int) -> ScoreResult {
        ScoreResult(
            run: "run \(number % 2)", image: "image \(number / 4)", metric: "metric \(number % 4)",
            part: number % 3 == 0 ? "" : "heart", value: number % 5 == 0 ? nil : Double(number),
            reason: number % 5 == 0 ? "not finite" : "")
    }

    /// It does with rows what an array does.
    func testIsACollectionOfRows() {
        var array = (0..<40).map(row)
        var rows = ScoreRows(array)
        XCTAssertEqual(Array(rows), array)
        for index in array.indices where index % 3 == 1 {
            array[index].value = nil
            array[index].image = "other"
            rows[index].value = nil
            rows[index].image = "other"
        }
        array.removeAll { $0.run == "run 1" }
        rows.removeAll { $0.run == "run 1" }
        array += [row(7), row(8)]
        rows += [row(7), row(8)]
        array.replaceSubrange(2..<9, with: [row(30)])
        rows.replaceSubrange(2..<9, with: [row(30)])
        array.reverse()
        rows.reverse()
        XCTAssertEqual(Array(rows), array)
        XCTAssertEqual(rows, ScoreRows(array), "equal rows are equal however they were made")
        XCTAssertNotEqual(rows, ScoreRows(array.dropLast()))
    }

    /// A text whose rows are gone takes no room in a file.
    func testRowsThatWereRemovedLeaveNoTrace() throws {
        var texts = TextColumn(["a", "b", "a", String(repeating: "long", count: 100)])
        texts.removeLast()
        texts[1] = "cé"
        XCTAssertEqual(texts, ["a", "cé", "a"])
        XCTAssertEqual(texts.mapTexts { $0.count > 1 ? "many" : $0 }, ["a", "many", "a"])
        XCTAssertEqual(texts.mapTexts { _ in "one" }, ["one", "one", "one"])
        let path = NSTemporaryDirectory() + "rows-\(UUID().uuidString).h5"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let files = try [texts, ["a", "cé", "a"]].map { column in
            var table = Table()
            table.add("text", .texts(column))
            try HDF5File.write(path) { try $0.write("table", table) }
            return try Data(contentsOf: URL(fileURLWithPath: path))
        }
        XCTAssertEqual(files[0], files[1])
    }

    /// Composed and decomposed letters are equal for Swift, and have other bytes.
    func testEqualTextsKeepTheirBytes() throws {
        let texts = ["\u{E9}", "e\u{301}", "\u{E9}"]
        XCTAssertEqual(TextColumn(texts).map { Array($0.utf8) }, texts.map { Array($0.utf8) })
        // They are one name all the same: such a row would not appear in any table.
        var results = Results()
        results.runs = [RunResult(run: "r", factors: RunFactors())]
        results.images = [ImageResult(run: "r", image: texts[0], label: .positive)]
        results.metrics = [
            ("m", MetricFacts(title: "m", direction: "descriptive", definition: "x"))
        ]
        results.scores = [
            ScoreResult(run: "r", image: texts[0], metric: "m", value: 1),
            ScoreResult(run: "r", image: texts[1], metric: "m", value: 2),
        ]
        let path = NSTemporaryDirectory() + "rows-\(UUID().uuidString).h5"
        XCTAssertThrowsError(try results.write(path)) {
            XCTAssertTrue("\($0)".contains("twice in"), "\($0)")
        }
    }

    /// Columns are written and read block by block.
    func testManyRowsComeBack() throws {
        let path = NSTemporaryDirectory() + "rows-\(UUID().uuidString).h5"
        defer { try? FileManager.default.removeItem(atPath: path) }
        // Several blocks of 4 MB: rows of the first column take 100 bytes.
        let names = (0..<120_000).map { number in
            String(repeating: "\(number % 10)", count: 90) + "\(number / 3)"
        }
        var table = Table()
        table.add("name", .texts(names))
        table.add("odd", .texts(names.indices.map { $0 % 2 == 0 ? "" : "é" }))
        table.add("number", .integers(Array(names.indices)))
        try HDF5File.write(path) { try $0.write("rows", table) }
        let back = try HDF5File.open(path).table("rows")
        XCTAssertEqual(back, table)
        XCTAssertEqual(back.texts("name").map(Array.init), names)
    }
}
