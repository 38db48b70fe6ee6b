import Foundation

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
        forGroups("cpu") { version, folder in
            let quota = version == 2 ? Self.quota2(folder) : Self.quota1(folder)
            if let quota { quotas.append(quota) }
        }
        return quotas.min()
    }

    /// How many bytes of memory the groups allow; `nil` where nothing limits it.
    ///
    /// The smallest limit of the group and those above it, as ``processorQuota``.
    package var memoryLimit: Int? {
        var limits: [Int] = []
        forGroups("memory") { version, folder in
            let file = version == 2 ? "memory.max" : "memory.limit_in_bytes"
            // Version 2 says "max" where there is none; version 1 says the largest whole page.
            if let bytes = Self.text("\(folder)/\(file)").flatMap(Self.bytes) {
                limits.append(bytes)
            }
        }
        return limits.min()
    }

    /// Calls `body` with the version and the folder of each group that may have the controller.
    private func forGroups(_ controller: String, _ body: (_ version: Int, _ folder: String) -> Void)
    {
        for line in membership.split(separator: "\n") {
            // NUMBER:CONTROLLERS:PATH; version 2 has no controllers.
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let controllers = fields[1].split(separator: ",")
            if controllers.isEmpty {
                for mount in [root, "\(root)/unified"] {
                    for folder in folders(mount, fields[2]) { body(2, folder) }
                }
            } else if controllers.contains(where: { $0 == controller }) {
                var mounts = [String(fields[1]), controller]
                if controller == "cpu" { mounts.append("cpu,cpuacct") }
                for mount in mounts {
                    for folder in folders("\(root)/\(mount)", fields[2]) { body(1, folder) }
                }
            }
        }
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

    /// A number of bytes above 0 that a machine could have.
    private static func bytes(_ text: String) -> Int? {
        guard let bytes = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            return nil
        }
        return (1..<1 << 50).contains(bytes) ? bytes : nil
    }

    /// The text of a small file; `nil` where there is none.
    private static func text(_ path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }
}
