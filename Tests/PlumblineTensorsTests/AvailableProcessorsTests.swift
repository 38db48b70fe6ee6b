import Foundation
import PlumblineTensors
import XCTest

/// The CPU quota of control groups, and the number of threads that follows from it.
final class AvailableProcessorsTests: XCTestCase {
    private var root = ""

    override func setUp() { root = NSTemporaryDirectory() + "cgroup-\(UUID().uuidString)" }
    override func tearDown() { try? FileManager.default.removeItem(atPath: root) }

    private func write(_ text: String, _ path: String) throws {
        let url = URL(fileURLWithPath: "\(root)/\(path)")
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    private func quota(_ membership: String) -> Double? {
        ControlGroup(membership: membership, root: root).processorQuota
    }

    func testVersion2TakesTheSmallestQuotaUpwards() throws {
        try write("max 100000\n", "a/b/cpu.max")
        XCTAssertNil(quota("0::/a/b\n"))
        try write("150000 100000\n", "a/cpu.max")
        XCTAssertEqual(quota("0::/a/b\n"), 1.5)
        try write("50000 100000\n", "a/b/cpu.max")
        XCTAssertEqual(quota("0::/a/b\n"), 0.5)
        // In a container the group's own path is not there; the mount is its group.
        try write("300000 100000\n", "cpu.max")
        XCTAssertEqual(quota("0::/elsewhere\n"), 3)
    }

    func testVersion1() throws {
        try write("-1\n", "cpu,cpuacct/job/cpu.cfs_quota_us")
        try write("100000\n", "cpu,cpuacct/job/cpu.cfs_period_us")
        let membership = "5:memory:/job\n4:cpu,cpuacct:/job\n0::/\n"
        XCTAssertNil(quota(membership))
        try write("200000\n", "cpu,cpuacct/job/cpu.cfs_quota_us")
        XCTAssertEqual(quota(membership), 2)
    }

    func testDamagedFilesLimitNothing() throws {
        for text in ["", "x y", "100000", "100000 0", "-5 100000", "1 2 3"] {
            try write(text, "a/cpu.max")
            XCTAssertNil(quota("0::/a"), text)
        }
        XCTAssertNil(quota("nonsense\n0::/../../etc\n"))
    }

    func testAvailableProcessors() {
        XCTAssertGreaterThanOrEqual(availableProcessors, 1)
        XCTAssertLessThanOrEqual(
            availableProcessors, ProcessInfo.processInfo.processorCount)
    }
}
