/// The states of a sweep's jobs, as Slurm prints them.
package struct SlurmStates {
    private let jobs: [Int]
    private var counts: [(state: String, reason: String, count: Int)] = []
    /// Jobs that the queue lists.
    private var queued: Set<Int> = []
    /// Why the accounting cannot be asked; `nil` where it answered.
    package var accountingProblem: String?

    /// - Parameter queue: lines `JOB|STATE|REASON` of `squeue --array`; other jobs are passed over.
    package init(_ queue: String, jobs: [Int]) {
        self.jobs = jobs
        for line in queue.split(separator: "\n") {
            let fields = line.split(separator: "|", omittingEmptySubsequences: false)
            guard fields.count == 3, let job = Int(fields[0]), jobs.contains(job) else { continue }
            queued.insert(job)
            add(String(fields[1]), reason: fields[2] == "None" ? "" : String(fields[2]))
        }
    }

    /// Adds the jobs that the queue does not list any more.
    ///
    /// - Parameter accounting: lines `JOB_TASK|STATE` of `sacct --allocations`.
    package mutating func add(accounting: String) {
        for line in accounting.split(separator: "\n") {
            let fields = line.split(separator: "|", omittingEmptySubsequences: false)
            let job = fields[0].split(separator: "_").first.flatMap { Int($0) }
            guard fields.count == 2, let job, jobs.contains(job), !queued.contains(job) else {
                continue
            }
            // "CANCELLED by 1000"
            add(String(fields[1].split(separator: " ").first ?? "UNKNOWN"), reason: "")
        }
    }

    private mutating func add(_ state: String, reason: String) {
        if let index = counts.firstIndex(where: { $0.state == state && $0.reason == reason }) {
            counts[index].count += 1
        } else {
            counts.append((state, reason, 1))
        }
    }

    /// "slurm: 3 running", "slurm: 5 pending (Resources)", most first.
    package var lines: [String] {
        let sorted = counts.sorted { ($1.count, $0.state) < ($0.count, $1.state) }
        let lines = sorted.map { entry in
            "slurm: \(entry.count) \(entry.state.lowercased())"
                + (entry.reason.isEmpty ? "" : " (\(entry.reason))")
        }
        guard lines.isEmpty else { return lines }
        let unknown = accountingProblem.map { "slurm: of jobs that ended nothing is known: \($0)" }
        return ["slurm: no job of this sweep is in the queue"] + (unknown.map { [$0] } ?? [])
    }
}
