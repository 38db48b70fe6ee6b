import Foundation
import PlumblineData
import PlumblineReports
import PlumblineStorage
import XCTest

final class NotebookTests: XCTestCase {
    func testEveryKindIsANotebookWithParameters() throws {
        for kind in NotebookKind.allCases {
            let json = try kind.notebook(results: ["../demo/results.h5"]).json
            XCTAssertEqual(json, try kind.notebook(results: ["../demo/results.h5"]).json)
            let file = try XCTUnwrap(JSONSerialization.jsonObject(with: json) as? [String: Any])
            XCTAssertEqual(file["nbformat"] as? Int, 4)
            XCTAssertEqual(file["nbformat_minor"] as? Int, 5)
            let cells = try XCTUnwrap(file["cells"] as? [[String: Any]])
            let names = cells.compactMap { $0["id"] as? String }
            XCTAssertEqual(Set(names).count, cells.count, kind.rawValue)
            let tagged = cells.filter {
                ($0["metadata"] as? [String: Any])?["tags"] as? [String] == ["parameters"]
            }
            XCTAssertEqual(tagged.count, 1, kind.rawValue)
            let source = try XCTUnwrap(tagged.first?["source"] as? [String]).joined()
            XCTAssertTrue(source.hasPrefix("results = [\"../demo/results.h5\"]"), source)
        }
    }

    /// A file's name stays a string of Python, whatever is in it.
    func testANameFromOutsideIsAString() throws {
        let name = "a\"]; import os\\\n\u{1}#é"
        let json = try NotebookKind.export.notebook(results: [name]).json
        let file = try XCTUnwrap(JSONSerialization.jsonObject(with: json) as? [String: Any])
        let cells = try XCTUnwrap(file["cells"] as? [[String: Any]])
        let source = try XCTUnwrap(cells[1]["source"] as? [String]).joined()
        XCTAssertTrue(
            source.hasPrefix(#"results = ["a\"]; import os\\\n\x01#é"]"# + "\n"), source)
    }

    func testTheWayFromTheNotebookToItsResults() {
        for (folder, file, expected) in [
            ("notebooks-export", "demo/results.h5", "../demo/results.h5"),
            ("", "results.h5", "results.h5"), ("/a/b", "/a/c/d.h5", "../c/d.h5"),
            ("a/../b", "b/x.h5", "x.h5"), ("/a", "x.h5", "../data/x.h5"),
            ("../up", "x.h5", "../data/x.h5"),
        ] {
            XCTAssertEqual(
                PathText.way(from: folder, to: file, working: "/data"), expected, folder)
        }
    }

    /// Runs every kind in Jupyter, and asks that no cell fails.
    func testEveryKindRunsInJupyter() throws {
        let python = try python()
        let folder = try folderWithResults()
        for kind in NotebookKind.allCases {
            let path = "\(folder)/\(kind.rawValue).ipynb"
            try kind.notebook(results: ["results.h5"]).json.write(to: URL(fileURLWithPath: path))
            try run(
                python, ["-m", "nbconvert", "--to", "notebook", "--execute", "--inplace", path])
        }
        let csv = try String(contentsOfFile: "\(folder)/scores.csv", encoding: .utf8)
        XCTAssertEqual(csv.split(separator: "\n").count, 1 + SampleResults.rows)
    }

    /// Texts are `str`, gaps are paired by image, and a missing side has its reason.
    func testTheModuleForPythonReadsWhatWeWrite() throws {
        let python = try python()
        let folder = try folderWithResults()
        let check = """
            import sys
            sys.path.insert(0, sys.argv[2])
            import h5py, plumbline
            path = sys.argv[1] + "/results.h5"
            with h5py.File(sys.argv[1] + "/text.h5") as file:
                assert file.attrs["name"] == "Übung", repr(file.attrs["name"])
            tables = plumbline.results(path)
            assert (tables["runs"]["class"] == "Edema").sum() == 3
            gaps = plumbline.gaps(path)
            assert len(gaps) == 6 and abs(gaps["gap"].mean() - 0.3) < 1e-12, gaps
            assert gaps["gap"].isna().sum() == 1
            assert list(gaps[gaps["gap"].isna()]["reason"]) == ["no relevance"]
            maps = list(plumbline.maps(path))
            assert len(maps) == 6 and maps[0][2].shape == (3, 4, 1)
            """
        try HDF5File.write("\(folder)/text.h5") { try $0.setAttribute("name", "Übung") }
        try run(python, ["-c", check, folder, "notebooks-export"])
    }

    /// The interpreter that `make notebooks` sets up.
    private func python() throws -> String {
        let path = ".build/notebooks/bin/python"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw XCTSkip("there is no \(path); make notebooks sets it up")
        }
        return path
    }

    private func folderWithResults() throws -> String {
        let folder = NSTemporaryDirectory() + "plumbline-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        addTeardownBlock { try? FileManager.default.removeItem(atPath: folder) }
        try SampleResults.make().write("\(folder)/results.h5")
        return folder
    }

    private func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        let errors = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let text = String(
            decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        XCTAssertEqual(process.terminationStatus, 0, text)
    }
}
