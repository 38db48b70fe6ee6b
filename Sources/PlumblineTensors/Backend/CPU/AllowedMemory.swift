import Foundation

/// How much memory this process may use, and what says so.
public struct AllowedMemory: Equatable, Sendable {
    public let bytes: Int
    /// Where the figure comes from, in words: "the control group".
    public let source: String

    /// What this process is allowed.
    public static var ofThisProcess: AllowedMemory {
        AllowedMemory(
            environment: ProcessInfo.processInfo.environment,
            group: ControlGroup().memoryLimit,
            machine: Int(clamping: ProcessInfo.processInfo.physicalMemory))
    }

    /// The smallest of what is known.
    ///
    /// - Parameters:
    ///   - environment: `SLURM_MEM_PER_NODE`, in MiB, is what a job asked for.
    ///   - group: the limit of the control group in bytes; `nil` for none.
    ///   - machine: the memory of the machine in bytes.
    package init(environment: [String: String], group: Int?, machine: Int) {
        var limits = [(machine, "the machine's memory")]
        if let group { limits.append((group, "the control group's memory limit")) }
        if let slurm = environment["SLURM_MEM_PER_NODE"].flatMap({ Int($0) }),
            (1..<1 << 30).contains(slurm)
        {
            limits.append((slurm << 20, "SLURM_MEM_PER_NODE"))
        }
        let smallest = limits.min { $0.0 < $1.0 }!
        bytes = smallest.0
        source = smallest.1
    }
}
