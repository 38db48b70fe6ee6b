import Foundation
import Kernels

/// How many threads this process may compute on, and what says so.
public struct AllowedThreads: Equatable, Sendable {
    /// At least 1.
    public let count: Int
    /// Where the figure comes from, in words: "the control group's CPU quota".
    public let source: String

    /// What this process was allowed when it was first asked.
    public static let ofThisProcess = AllowedThreads(
        environment: ProcessInfo.processInfo.environment,
        affinity: Int(pl_affinity_count()),
        quota: ControlGroup().processorQuota,
        machine: ProcessInfo.processInfo.activeProcessorCount)

    /// The smallest of what is known.
    ///
    /// A job of Slurm may use `SLURM_CPUS_PER_TASK`. Not every cluster binds a job to its
    /// processors, so the affinity alone would be the whole machine there. A number in the
    /// variable that is larger than the affinity gives no more processors.
    ///
    /// - Parameters:
    ///   - affinity: the size of the affinity mask; 0 where it is not known.
    ///   - quota: processors by the control group's quota, which is rounded up; `nil` for none.
    ///   - machine: the processors of the machine, used where the affinity is not known.
    package init(
        environment: [String: String], affinity: Int, quota: Double?, machine: Int
    ) {
        var limits =
            affinity > 0
            ? [(affinity, "the processor affinity")] : [(machine, "the machine's processors")]
        if let quota {
            // A quota beyond every machine is none.
            let whole = Int(min(65_536, quota).rounded(.up))
            limits.append((whole, "the control group's CPU quota"))
        }
        if let slurm = environment["SLURM_CPUS_PER_TASK"].flatMap({ Int($0) }), slurm > 0 {
            limits.append((slurm, "SLURM_CPUS_PER_TASK"))
        }
        // Of equal figures the first one is named.
        let smallest = limits.min { $0.0 < $1.0 }!
        count = max(1, smallest.0)
        source = smallest.1
    }
}
