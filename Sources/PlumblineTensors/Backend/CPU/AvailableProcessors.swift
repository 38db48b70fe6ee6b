import Foundation
import Kernels

/// How many processors this process may use: those of its affinity, and no more than the CPU quota
/// of its control groups allows.
///
/// A machine's core count is wrong in a container or a batch job.
public let availableProcessors: Int = {
    let affinity = Int(pl_affinity_count())
    let count = affinity > 0 ? affinity : ProcessInfo.processInfo.activeProcessorCount
    guard let quota = ControlGroup().processorQuota else { return max(1, count) }
    return max(1, min(count, Int(quota.rounded(.up))))
}()

/// The control groups of a process, of version 1 or 2.
package struct ControlGroup {
    /// The lines of `/proc/self/cgroup`.
    private let membership: String
    /// Where the groups are mounted.
    private let root: String

    /// - Parameter membership: that of this process where `nil`.
    package init(membership: String? = nil, root: String = "/sys/fs/cgroup") {
        self.membership = membership ?? Self.text("/proc/self/cgroup") ?? ""
        self.root = root
    }

    /// How many processors' time the process may take; `nil` where nothing limits it.
    ///
    /// A group is limited by every group above it too, so the smallest quota counts.
    package var processorQuota: Double? {
        var quotas: [Double] = []
        for line in membership.split(separator: "\n") {
            // NUMBER:CONTROLLERS:PATH; version 2 has no controllers.
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let controllers = fields[1].split(separator: ",")
            if controllers.isEmpty {
                quotas += folders(root, fields[2]).compactMap(Self.quota2)
            } else if controllers.contains("cpu") {
                for mount in [String(fields[1]), "cpu", "cpu,cpuacct"] {
                    quotas += folders("\(root)/\(mount)", fields[2]).compactMap(Self.quota1)
                }
            }
        }
        return quotas.min()
    }

    /// The group's folder and those above it, up to the mount.
    ///
    /// In a container the path may be that of the machine outside; then only the mount itself is
    /// there.
    private func folders(_ mount: String, _ path: Substring) -> [String] {
        var parts = path.split(separator: "/").filter { $0 != ".." && $0 != "." }
        var found = [mount]
        while !parts.isEmpty {
            found.append("\(mount)/\(parts.joined(separator: "/"))")
            parts.removeLast()
        }
        return found
    }

    /// Version 2: `cpu.max` holds the quota, or `max`, and the period.
    private static func quota2(_ folder: String) -> Double? {
        guard let text = text("\(folder)/cpu.max") else { return nil }
        let numbers = text.split { $0 == " " || $0 == "\n" }.map { Double($0) }
        guard numbers.count == 2 else { return nil }
        return ratio(numbers[0], numbers[1])
    }

    /// Version 1: a quota of -1 is none.
    private static func quota1(_ folder: String) -> Double? {
        ratio(
            text("\(folder)/cpu.cfs_quota_us").flatMap(number),
            text("\(folder)/cpu.cfs_period_us").flatMap(number))
    }

    private static func ratio(_ quota: Double?, _ period: Double?) -> Double? {
        guard let quota, let period, quota > 0, period > 0 else { return nil }
        return quota / period
    }

    private static func number(_ text: String) -> Double? {
        Double(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// The text of a small file; `nil` where there is none.
    private static func text(_ path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }
}
