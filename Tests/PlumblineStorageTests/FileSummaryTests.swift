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

    private func summary(_ write: (String) throws -> Void, suffix: String) throws -> [String] {
        let path = NSTemporaryDirectory() + "plumbline-\(UUID())\(suffix)"
        defer { unlink(path) }
        try write(path)
        let lines = try FileSummary(path).lines
        XCTAssertEqual(lines[0], path)
        return Array(lines.dropFirst())
    }

    func testACheckpointSaysWhatItHolds() throws {
        let lines = try summary(
            { path in
                var checkpoint = Checkpoint(
                    model: "m", modelConfiguration: "{\"depth\": 2}", classes: ["cat", "dog"],
                    weights: ["a": .zeros([2, 3]), "b.c": .zeros([4])])
                checkpoint.stage = "align"
                checkpoint.step = 12
                checkpoint.epoch = 3
                checkpoint.seed = 7
                checkpoint.metrics = ["auroc": 0.75]
                try checkpoint.write(path)
            }, suffix: ".h5")
        XCTAssertEqual(lines[0], "checkpoint of m {\"depth\": 2}, 10 values")
        XCTAssertEqual(lines[1], "classes: cat, dog")
        XCTAssertEqual(lines[2], "stage align, step 12, epoch 3, seed 7, optimiser not kept")
        XCTAssertEqual(lines[3], "auroc: 0.75")
        XCTAssertTrue(lines.contains("  /weights/a  [2, 3]"), "\(lines)")
    }

    func testResultsNameTheirRuns() throws {
        let lines = try summary(
            { path in
                var results = Results()
                var factors = RunFactors()
                (factors.className, factors.model, factors.scenario) = ("C", "m", "start")
                var run = RunResult(run: "one", factors: factors)
                (run.images, run.positives) = (5, 2)
                results.replace(.init(run: run, images: []))
                try results.write(path)
            }, suffix: ".h5")
        XCTAssertEqual(
            Array(lines.prefix(2)), ["results: 1 runs, 0 rows", "  one: 5 images, 2 positive"])
    }

    /// More than 40 names would scroll the rest off the screen.
    func testLongListsAreCut() throws {
        let lines = try summary(
            { path in
                try SafeTensors.write(
                    (10..<60).map { (name: "w\($0)", value: Tensor.zeros([2])) }, to: path)
            }, suffix: ".safetensors")
        XCTAssertEqual(lines[0], "safetensors: 50 tensors, 100 values")
        XCTAssertEqual(lines[1], "  w10  [2]")
        XCTAssertEqual(lines.count, 42)
        XCTAssertEqual(lines.last, "  ... and 10 more")
    }
}
