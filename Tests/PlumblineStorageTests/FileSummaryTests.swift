import Foundation
import PlumblineStorage
import PlumblineTensors
import XCTest

final class FileSummaryTests: XCTestCase {
    /// Bytes that this process has read, by Linux's count.
    private func bytesRead() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/io", encoding: .utf8)
        let line = try XCTUnwrap(text.split(separator: "\n").first { $0.hasPrefix("rchar: ") })
        return try XCTUnwrap(Int(line.dropFirst("rchar: ".count)))
    }

    /// A checkpoint's digest is checked when it is opened, over the whole file: once.
    func testACheckpointIsHashedOnce() throws {
        let path = NSTemporaryDirectory() + "plumbline-\(UUID()).h5"
        defer { unlink(path) }
        let values = Tensor([Float](repeating: 1, count: 2 << 20), shape: [2 << 20])
        try Checkpoint(
            model: "m", modelConfiguration: "{}", classes: ["a"], weights: ["w": values]
        ).write(path)
        let before = try bytesRead()
        let summary = try FileSummary(path)
        let read = try bytesRead() - before
        XCTAssertEqual(summary.lines[1], "checkpoint of m {}, 2097152 values")
        XCTAssertGreaterThan(read, 8 << 20)
        XCTAssertLessThan(read, 12 << 20)
    }
}
