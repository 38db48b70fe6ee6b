import Foundation
import PlumblineReports
import XCTest

/// Which results files a folder stands for.
final class ResultsPathsTests: XCTestCase {
    private let folder = NSTemporaryDirectory() + "plumbline-\(UUID().uuidString)"

    override func tearDown() { try? FileManager.default.removeItem(atPath: folder) }

    private func make(_ names: String...) throws {
        for name in names {
            let url = URL(fileURLWithPath: "\(folder)/\(name)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data().write(to: url)
        }
    }

    private func found(_ paths: String...) throws -> [String] {
        try ResultsPaths.files(paths.map { "\(folder)/\($0)" })
            .map { String($0.dropFirst(folder.count + 1)) }
    }

    func testACollectedTableComesFirst() throws {
        try make("sweep/collected.h5", "sweep/cells/a/results.h5")
        XCTAssertEqual(try found("sweep"), ["sweep/collected.h5"])
    }

    func testFoldersBelow() throws {
        try make(
            "runs/b/results.h5", "runs/a/results.h5", "runs/c/collected.h5", "runs/d/other.h5")
        let all = ["runs/a/results.h5", "runs/b/results.h5", "runs/c/collected.h5"]
        XCTAssertEqual(try found("runs"), all)
        // A file that is named twice counts once, at its first place.
        XCTAssertEqual(
            try found("runs/b", "runs", "runs/b/results.h5"), [all[1], all[0], all[2]])
    }

    func testWhatIsRefused() throws {
        try make("runs/d/other.h5", "real/results.h5")
        for (path, problem) in [
            ("nowhere", "no such file or folder"),
            ("runs", "has no results.h5 and no collected.h5, nor has one below it"),
        ] {
            XCTAssertThrowsError(try found(path)) { XCTAssertTrue("\($0)".contains(problem)) }
        }
        // A link could lead round in a circle.
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder)/runs/link", withDestinationPath: "\(folder)/real")
        XCTAssertThrowsError(try found("runs"))
    }
}
