import Foundation
import PlumblineExperiments
import PlumblineStorage
import XCTest

/// What a dry run says, and what is checked before a run.
final class RunEstimateTests: XCTestCase {
    func testADryRunCountsAndWritesNothing() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let configuration = try small.configuration("dry")
        let before = try FileManager.default.subpathsOfDirectory(atPath: small.folder).sorted()
        let estimate = try Experiment(configuration).estimate()
        XCTAssertEqual(
            try FileManager.default.subpathsOfDirectory(atPath: small.folder).sorted(), before)
        XCTAssertEqual(estimate.stages.map(\.name), ["start", "align", "misalign"])
        XCTAssertEqual(estimate.stages.map(\.totalSteps), [3, 3, 3])
        XCTAssertTrue(estimate.stages.allSatisfy { $0.state == .new && $0.trainingImages == 24 })
        XCTAssertGreaterThan(try XCTUnwrap(estimate.seconds), 0)
        try small.run("dry", ["align.scenarios=[align]"])
        let after = try Experiment(configuration).estimate()
        XCTAssertEqual(after.stages.map(\.state), [.found, .found, .new])
        // The start has its last checkpoint, a scenario its best by location too.
        let weights = try Checkpoint.read("\(small.folder)/dry/start/last.h5").weights
        let bytes = weights.values.reduce(0) { $0 + 4 * $1.values.count }
        XCTAssertEqual(estimate.stages.map(\.finalBytes), [bytes, 2 * bytes, 2 * bytes])
        let disk = try XCTUnwrap(estimate.disks.first)
        XCTAssertGreaterThan(disk.neededBytes, 5 * bytes)
        XCTAssertGreaterThan(try XCTUnwrap(disk.freeBytes), 0)
    }

    func testAFullDiskIsSaidBefore() throws {
        let small = try SmallRun()
        defer { small.remove() }
        var estimate = try Experiment(small.configuration("disk")).estimate()
        try estimate.checkDisks()
        estimate.disks[0].freeBytes = estimate.disks[0].neededBytes - 1
        let message = small.message { try estimate.checkDisks() }
        XCTAssertTrue(message.contains("are free on its disk"), message)
    }
}
