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

    private func memory(_ membership: String) -> Int? {
        ControlGroup(membership: membership, root: root).memoryLimit
    }

    func testMemoryOfBothVersions() throws {
        try write("max\n", "a/b/memory.max")
        XCTAssertNil(memory("0::/a/b\n"))
        try write("8589934592\n", "a/memory.max")
        XCTAssertEqual(memory("0::/a/b\n"), 8 << 30)
        try write("1073741824\n", "memory/job/memory.limit_in_bytes")
        XCTAssertEqual(memory("4:memory:/job\n0::/a/b\n"), 1 << 30)
        // What version 1 writes where there is no limit.
        try write("9223372036854771712\n", "memory/job/memory.limit_in_bytes")
        XCTAssertNil(memory("4:memory:/job\n"))
        // Version 2 beside version 1, as systemd mounts it.
        try write("2147483648\n", "unified/x/memory.max")
        XCTAssertEqual(memory("0::/x\n"), 2 << 30)
        for text in ["", "-1", "lots", "0", "99999999999999999999"] {
            try write(text, "memory/job/memory.limit_in_bytes")
            XCTAssertNil(memory("4:memory:/job\n"), text)
        }
    }

    func testTheSmallestFigureCounts() {
        func allowed(_ slurm: String?, _ affinity: Int, _ quota: Double?) -> AllowedThreads {
            AllowedThreads(
                environment: slurm.map { ["SLURM_CPUS_PER_TASK": $0] } ?? [:], affinity: affinity,
                quota: quota, machine: 64)
        }
        XCTAssertEqual(allowed(nil, 16, nil).count, 16)
        XCTAssertEqual(allowed(nil, 0, nil).count, 64)
        XCTAssertEqual(allowed(nil, 16, 2.5).count, 3)
        XCTAssertEqual(allowed("4", 16, nil).count, 4)
        XCTAssertEqual(allowed("4", 16, nil).source, "SLURM_CPUS_PER_TASK")
        XCTAssertEqual(allowed("32", 16, nil).count, 16)
        XCTAssertEqual(allowed("4", 16, 0.5).count, 1)
        for text in ["", "0", "-2", "many", "2(x3)"] {
            XCTAssertEqual(allowed(text, 16, nil).count, 16, text)
        }
        XCTAssertEqual(allowed(nil, 16, .greatestFiniteMagnitude).count, 16)
    }

    func testAllowedMemory() {
        func allowed(_ slurm: String?, _ group: Int?) -> AllowedMemory {
            AllowedMemory(
                environment: slurm.map { ["SLURM_MEM_PER_NODE": $0] } ?? [:], group: group,
                machine: 64 << 30)
        }
        XCTAssertEqual(allowed(nil, nil).bytes, 64 << 30)
        XCTAssertEqual(allowed(nil, 5 << 30).bytes, 5 << 30)
        XCTAssertEqual(allowed("2048", 5 << 30).bytes, 2 << 30)
        XCTAssertEqual(allowed("2048", 5 << 30).source, "SLURM_MEM_PER_NODE")
        for text in ["0", "-1", "2G", "9999999999999"] {
            XCTAssertEqual(allowed(text, nil).bytes, 64 << 30, text)
        }
    }

    func testAvailableProcessors() {
        XCTAssertGreaterThanOrEqual(availableProcessors, 1)
        XCTAssertLessThanOrEqual(
            availableProcessors, ProcessInfo.processInfo.processorCount)
    }
}
