import Foundation
import PlumblineReports
import XCTest

/// `plumbline reproduce` on a small made-up table: Tools/oracle/reproduce_reference.py (numpy).
final class PublishedReportTests: XCTestCase {
    private var fixture: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Published"
    }

    private nonisolated(unsafe) var folder = ""

    override func setUpWithError() throws {
        folder = NSTemporaryDirectory() + "published-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    override func tearDown() { try? FileManager.default.removeItem(atPath: folder) }

    private func write(_ text: String, _ name: String) throws {
        let path = "\(folder)/\(name)"
        try FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path,
            withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    private func fields(_ text: String) -> [[String]] {
        text.split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// Every table is what numpy computes, to nine digits.
    func testTablesAgainstNumpy() throws {
        let report = try PublishedReport(fixture)
        let tables = try report.tables() + report.reanalysis()
        for name in [
            "ols_mass", "ols_rank", "twoway_mass", "twoway_rank", "correlations", "groups",
        ] {
            let table = try XCTUnwrap(tables.first { $0.name == name })
            let expected = fields(
                try String(contentsOfFile: "\(fixture)/expected_\(name).csv", encoding: .utf8))
            let ours = fields(table.csv)
            XCTAssertEqual(Set(ours[0]), Set(expected[0]), name)
            let keys = expected[0].filter {
                Double(expected[1][expected[0].firstIndex(of: $0)!]) == nil
            }
            for row in expected.dropFirst() {
                let own = try XCTUnwrap(
                    ours.first { candidate in
                        keys.allSatisfy { key in
                            candidate[ours[0].firstIndex(of: key)!]
                                == row[expected[0].firstIndex(of: key)!]
                        }
                    }, "\(name): \(row)")
                for column in expected[0] where !keys.contains(column) {
                    let value = try XCTUnwrap(Double(own[ours[0].firstIndex(of: column)!]))
                    let wanted = try XCTUnwrap(Double(row[expected[0].firstIndex(of: column)!]))
                    XCTAssertEqual(
                        value, wanted, accuracy: 1e-9 * max(1e-3, abs(wanted)),
                        "\(name) \(row[0]) \(column)")
                }
            }
        }
    }

    func testCellsWithoutAnOrderAreMarked() throws {
        let reanalysis = try PublishedReanalysis(PublishedScores.read(fixture))
        let unknown = reanalysis.pairing.checks.filter { !$0.isComplete }
        XCTAssertEqual(unknown.map(\.cell.name), ["vit pretrained lrp Edema"])
        XCTAssertEqual(reanalysis.pairing.absent.count, 3)
        let means = try XCTUnwrap(reanalysis.pairing.meanCorrelations)
        XCTAssertGreaterThan(means.inOrder, 0.6)
        XCTAssertLessThan(abs(means.shuffled), 0.4)
        XCTAssertTrue(
            reanalysis.pairingNotes.contains("12 of 264 rows are missing: lrp 12."),
            "\(reanalysis.pairingNotes)")
        let claims = PublishedClaims(reanalysis).claims
        XCTAssertEqual(claims.count, 12)
        for claim in claims {
            XCTAssertGreaterThanOrEqual(claim.holm, claim.corrected.pValue)
            XCTAssertEqual(claim.verdict == "undecided", claim.holm >= 0.05)
        }
    }

    /// The output files of the published repository give the same rows, with their images.
    func testOutputFilesAreJoinedByImage() throws {
        let table = try PublishedScores.read(fixture)
        for (cell, rows) in Dictionary(grouping: table.rows, by: \.cell) {
            for (scenario, isAligned) in [("normal_mask", true), ("inverse_mask", false)] {
                var lines = ["path,output,mass_accuracy,rank_accuracy"]
                for (index, row) in rows.enumerated() {
                    let mass = isAligned ? row.alignedMass : row.misalignedMass
                    let rank = isAligned ? row.alignedRank : row.misalignedRank
                    lines.append(
                        "val/\(index).jpg,\"[0.1,\n 0.2]\",tensor(\(mass)),"
                            + "\"tensor(\(rank), device='cuda:0')\"")
                }
                // Neither order nor an image without a number in one scenario matters.
                if !isAligned { lines = [lines[0]] + lines.dropFirst().reversed() }
                lines.append("val/none.jpg,0.5,tensor(\(isAligned ? "nan" : "0.5")),tensor(0.5)")
                try write(
                    lines.joined(separator: "\n") + "\n",
                    "results/finetuned_\(cell.model)/\(cell.initialisation)/\(scenario)/"
                        + "_\(cell.label)_\(cell.method)_output.csv")
            }
        }
        // Findings that the paper does not have are not looked for.
        let scores = try PublishedScores.read(folder)
        XCTAssertEqual(scores.rows.count, table.rows.count)
        XCTAssertTrue(scores.rows.allSatisfy { $0.image != nil })
        XCTAssertEqual(scores.dropped.values.reduce(0, +), Set(table.rows.map(\.cell)).count)
        let (a, b) = (
            try XCTUnwrap(PublishedReport(fixture).tables().first { $0.name == "correlations" }),
            PublishedTables.correlations(scores)
        )
        for (first, second) in zip(a.rows, b.rows) {
            guard case .number(let x, _) = first[2], case .number(let y, _) = second[2] else {
                return XCTFail("a correlation is missing")
            }
            XCTAssertEqual(x, y, accuracy: 1e-12)
        }
    }

    func testWhatIsWrongIsSaidWithItsRow() throws {
        let text = try String(
            contentsOfFile: "\(fixture)/metrics_diff_results.csv", encoding: .utf8)
        let lines = text.split(separator: "\n").map(String.init)
        func check(_ third: String, _ expected: String) throws {
            try write(
                ([lines[0], lines[1], third] + lines[2...]).joined(separator: "\n"),
                "metrics_diff_results.csv")
            XCTAssertThrowsError(try PublishedScores.read(folder)) {
                XCTAssertTrue("\($0)".contains(expected), "\($0)")
                XCTAssertFalse("\($0)".contains("\n"))
            }
        }
        try check("x,0,0,0,0,0,vit,lrp,pretrained,Edema", "row 3 of")
        try check("inf,0,0,0,0,0,vit,lrp,pretrained,Edema", "finite number")
        try check("0,0,0,0,0,0,resnet,lrp,pretrained,Edema", "one of densenet, vit, swinvit")
        try check("0,0,0,0,0,0,vit,lrp,pretrained,", "label is empty")
        try check("0,0,0", "row 3 has 3 fields, the header has 10")
        try write(lines[0] + "\n", "metrics_diff_results.csv")
        XCTAssertThrowsError(try PublishedScores.read(folder))
        // A missing number is counted.
        try write(
            (lines + ["tensor(nan),0,0,0,0,0,vit,lrp,pretrained,Edema"]).joined(separator: "\n"),
            "metrics_diff_results.csv")
        let scores = try PublishedScores.read(folder)
        XCTAssertEqual(scores.dropped.values.reduce(0, +), 1)
        XCTAssertThrowsError(try PublishedReport("\(folder)/none"))
    }

    func testFormats() throws {
        let table = try XCTUnwrap(
            PublishedReport(fixture).tables().first { $0.name == "ols_mass" })
        let latex = table.text(.latex)
        XCTAssertTrue(latex.contains("\\toprule"))
        XCTAssertTrue(latex.contains("integrated\\_gradients & "))
        XCTAssertTrue(
            table.csv.hasPrefix("term,coefficient,standard_error,statistic,p_value\nintercept,"))
        XCTAssertTrue(table.text(.markdown).contains("| swinvit "))
    }

    /// All files are there, and figures are the same bytes each time.
    func testTheFolderOfTablesAndFigures() throws {
        let written = try PublishedReport(fixture).write(to: folder)
        XCTAssertEqual(written.tables, 12 - 1)
        for name in ["auc", "claims", "groups", "twoway_rank", "pairing", "classes"] {
            let path = "\(folder)/tables/\(name).csv"
            XCTAssertTrue(FileManager.default.fileExists(atPath: path), name)
        }
        let path = "\(folder)/figures/densities_mass_pretrained.svg"
        let first = try String(contentsOfFile: path, encoding: .utf8)
        XCTAssertEqual(first.components(separatedBy: "density").count - 1, 12)
        _ = try PublishedReport(fixture).write(to: folder)
        XCTAssertEqual(try String(contentsOfFile: path, encoding: .utf8), first)
    }
}
