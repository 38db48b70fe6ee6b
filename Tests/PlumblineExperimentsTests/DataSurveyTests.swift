import Foundation
import PlumblineData
import PlumblineExperiments
import XCTest

/// `plumbline data`: the tables, the long table and the contact sheet.
final class DataSurveyTests: XCTestCase {
    private func survey(_ folder: String, _ data: String) throws -> DataSurvey {
        try DataSurvey(
            Configuration(yaml: "output: \(folder)/o\n\(data)", file: "data.yaml"))
    }

    /// Every number of the survey, by section, class and what it is.
    private func numbers(_ survey: DataSurvey) -> [String: Double] {
        Dictionary(
            uniqueKeysWithValues: survey.rows.map {
                ("\($0.section), \($0.className), \($0.what)", $0.value)
            })
    }

    /// Boxes of 10, 20, 40 and 80 pixels of 400.
    ///
    /// numpy's percentiles of the four shares are 0.04375, 0.075 and 0.125.
    func testWhatIsCounted() throws {
        let program = try Program()
        defer { program.remove() }
        for (index, side) in [20, 20, 20, 20, 20, 30].enumerated() {
            try RasterImage(height: side, width: 20, channels: 1).write(
                "\(program.folder)/\(index).png")
        }
        var mask = RasterImage(height: 20, width: 20, channels: 1)
        for pixel in 0..<80 { mask.values[pixel] = 1 }
        try mask.write("\(program.folder)/mask.png")
        try program.write(
            """
            image,x,y,box,mask,part,group
            0.png,1,0,0 0 10 1,,,p
            1.png,1,0,0 0 10 2,,,p
            1.png,1,0,0 0 3 3,,wing,p
            2.png,1,-1,0 0 10 4,,,q
            3.png,1,0,,mask.png,,
            4.png,1,1,,,,r
            5.png,0,1,,,,r

            """, to: "m.csv")
        let data = """
            data:
              classes: [x, y]
              target: x
              uncertainty: u-ignore
              evaluate: {format: manifest, labels: \(program.folder)/m.csv}
            """
        let counted = try survey(program.folder, data)
        let values = numbers(counted)
        for (what, value) in [
            (", images", 6), (", groups", 3), (", images without group", 1),
            (", least height", 20), (", median height", 20), (", greatest height", 30),
            (", greatest width", 20),
            ("x, positives", 5), ("x, negatives", 1), ("x, ignored", 0),
            ("x, positives with box", 3), ("x, positives with mask", 1),
            ("x, positives with polygon", 0), ("x, positives without region", 1),
            ("x, images with part wing", 1), ("x, area share, first quartile", 0.04375),
            ("x, area share, median", 0.075), ("x, area share, third quartile", 0.125),
            ("y, positives", 2), ("y, negatives", 3), ("y, ignored", 1),
            ("y, positives without region", 2),
        ] as [(String, Double)] {
            XCTAssertEqual(values["evaluate, \(what)"] ?? .nan, value, accuracy: 1e-12, what)
        }
        XCTAssertNil(values["evaluate, y, area share, median"])
        XCTAssertEqual(
            counted.tables[1].rows[0],
            [
                "evaluate", "x", "5", "1", "0", "1", "3", "0", "0", "1", "0.0438, 0.0750, 0.1250",
            ])
        XCTAssertEqual(counted.tables[2].rows, [["evaluate", "x", "wing", "1"]])
        // Five images are black and 20 x 20: files of equal bytes.
        let copies = counted.findings.filter { $0.check == "same_content" }
        XCTAssertEqual(copies.map(\.count), [4])
        XCTAssertEqual(copies.first?.example, "1 = 0; 2 = 0; 3 = 0")
        XCTAssertFalse(FileManager.default.fileExists(atPath: "\(program.folder)/o"))
    }

    func testAMaskOfAnotherSizeIsRefused() throws {
        let program = try Program()
        defer { program.remove() }
        for (name, side) in [("a", 20), ("b", 21)] {
            try RasterImage(height: side, width: 20, channels: 1, filledWith: 1).write(
                "\(program.folder)/\(name).png")
        }
        try program.write("image,label,mask\na.png,x,b.png\n", to: "m.csv")
        let data = """
            data:
              classes: [x]
              target: x
              evaluate: {format: manifest, labels: \(program.folder)/m.csv}
            """
        XCTAssertThrowsError(try survey(program.folder, data)) {
            XCTAssertTrue("\($0)".contains("a mask of 21 x 20 for an image of 20 x 20"), "\($0)")
        }
    }

    func testTheSplitsOfARun() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let held = try small.configuration(
            "o",
            [
                "data.evaluate.labels=''", "data.evaluate.masks=''", "data.held_out=0.3",
                "data.selection=held_out", "data.selection_share=0.3",
                "data.start.labels=\(small.folder)/train.csv",
            ])
        let counted = try DataSurvey(held)
        XCTAssertEqual(
            counted.sections.map(\.name),
            ["start", "start: selection", "align", "align: selection", "evaluate"])
        let data = try ExperimentData(held, needsStart: true)
        XCTAssertEqual(
            counted.sections[4].examples.map(\.id), data.evaluate.items.map(\.id))
        XCTAssertEqual(
            Set((counted.sections[2].examples + counted.sections[3].examples).map(\.id)),
            Set(data.align.items.map(\.id)))
        XCTAssertEqual(
            counted.sections.map(\.examples.count).reduce(0, +),
            data.start.count + data.align.count + data.evaluate.count)
        // The same draw for both stages: neither has seen the other's selection.
        XCTAssertEqual(counted.findings, [])
    }

    func testTheSheetTakesEveryClassInTurn() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let configuration = try small.configuration("o")
        let sample = try DataSurvey(configuration).sample(9)
        XCTAssertEqual(sample.count, 9)
        XCTAssertEqual(Set(sample.map { "\($0.section) \($0.example.id)" }).count, 9)
        for index in 0..<2 {
            XCTAssertGreaterThanOrEqual(sample.count { $0.example.isPositive(index) }, 3)
        }
        XCTAssertGreaterThanOrEqual(
            sample.count { !$0.example.isPositive(0) && !$0.example.isPositive(1) }, 3)
        let again = try DataSurvey(configuration).sample(9)
        XCTAssertEqual(again.map(\.example.id), sample.map(\.example.id))
        let other = try DataSurvey(small.configuration("o", ["seed=4"])).sample(9)
        XCTAssertNotEqual(other.map(\.example.id), sample.map(\.example.id))
        XCTAssertEqual(try DataSurvey(configuration).sample(1000).count, 48)
    }

    func testTheProgram() throws {
        let small = try SmallRun()
        let program = try Program()
        defer {
            small.remove()
            program.remove()
        }
        let path = try program.write(
            """
            data:
              classes: [Cardiomegaly, Pleural Effusion]
              target: label
              align:
                labels: \(small.folder)/train.csv
                masks: \(small.folder)/gt_segmentations_train.json
              evaluate:
                labels: \(small.folder)/valid.csv
                masks: \(small.folder)/gt_segmentations_valid.json
            """, to: "c.yaml")
        let result = try program.run([
            "data", path, "--csv", "n.csv", "--sheet", "s.png", "--count", "5",
        ])
        XCTAssertEqual(result.code, 0, result.errors)
        XCTAssertTrue(result.output.contains("| align "), result.output)
        XCTAssertTrue(result.output.contains("- audit: nothing found"), result.output)
        let text = try String(contentsOfFile: "\(program.folder)/n.csv", encoding: .utf8)
        let lines = text.split(separator: "\n")
        XCTAssertEqual(lines.first, "section,class,what,value")
        let positives = try String(contentsOfFile: "\(small.folder)/train.csv", encoding: .utf8)
            .split(separator: "\n")
        let column = try XCTUnwrap(
            positives[0].split(separator: ",").firstIndex(of: "Cardiomegaly"))
        let count = positives.count {
            $0.split(separator: ",", omittingEmptySubsequences: false)[column] == "1.0"
        }
        XCTAssertTrue(lines.contains("align,Cardiomegaly,positives,\(count)"), text)
        XCTAssertTrue(lines.contains("align,Cardiomegaly,positives with run-length,\(count)"), text)
        let sheet = try RasterImage.read("\(program.folder)/s.png")
        // 175 mm at 200 pixels per inch.
        XCTAssertEqual(sheet.width, 1378)
        XCTAssertFalse(FileManager.default.fileExists(atPath: "\(program.folder)/runs"))
        // What cannot be written is said before the work begins.
        for arguments in [
            ["--sheet", "s.jpg"], ["--count", "0"], ["--csv", "c.yaml"], ["--csv", "no/n.csv"],
            ["--set", "data.target=Edema"],
        ] {
            XCTAssertEqual(try program.run(["data", path] + arguments).code, 2, "\(arguments)")
        }
        XCTAssertEqual(
            try program.run(["data", path, "--set", "data.align.labels=none.csv"]).code, 1)
    }
}
