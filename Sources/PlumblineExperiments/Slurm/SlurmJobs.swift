import Foundation
import PlumblineStorage

/// The jobs that were submitted for a sweep, and what Slurm says of them.
public struct SlurmJobs {
    private let path: String

    /// - Parameter folder: `slurm` in the folder of the sweep.
    public init(folder: String) { path = "\(folder)/jobs.txt" }

    /// The numbers of the jobs, in the order of submission; none where nothing was submitted.
    ///
    /// - Throws: ``StorageError`` if the file has something else.
    public var numbers: [Int] {
        get throws {
            guard FileManager.default.fileExists(atPath: path) else { return [] }
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw StorageError(path, "cannot be read")
            }
            return try text.split(separator: "\n").enumerated().map { index, line in
                guard let number = Int(line), number > 0 else {
                    throw StorageError(path, "line \(index + 1): a job's number is wanted")
                }
                return number
            }
        }
    }

    func add(_ jobs: [Int]) throws {
        let text = try (numbers + jobs).map { "\($0)\n" }.joined()
        try AtomicFile.write(path) { file in
            try Array(text.utf8).withUnsafeBytes { try file.write($0) }
        }
    }

    /// A line for each state that jobs of the sweep have in Slurm's queue, or in its accounting.
    ///
    /// Where the queue cannot be asked, the line says why.
    ///
    /// - Throws: ``StorageError`` if the list of jobs is damaged.
    public var lines: [String] {
        get throws {
            let jobs = try numbers
            guard !jobs.isEmpty else { return [] }
            let list = jobs.map(String.init).joined(separator: ",")
            // All of the user's jobs: asked for one that has ended, squeue fails.
            let queue: String
            do {
                queue = try ExternalProgram("squeue").run([
                    "--noheader", "--array", "--me", "--states=all", "--format=%F|%T|%r",
                ])
            } catch let error as SlurmError {
                // The table of the cells needs no Slurm, as on another machine with this folder.
                return ["slurm: \(error)"]
            }
            var states = SlurmStates(queue, jobs: jobs)
            // What has left the queue is in the accounting, where the cluster has one.
            // Tasks that ran have a line each. Slurm 22 has no `--array` here.
            do {
                states.add(
                    accounting: try ExternalProgram("sacct").run([
                        "--noheader", "--parsable2", "--allocations", "--jobs=\(list)",
                        "--format=JobID,State",
                    ]))
            } catch let error as SlurmError { states.accountingProblem = "\(error)" }
            return states.lines
        }
    }
}
