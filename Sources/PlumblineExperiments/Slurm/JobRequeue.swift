import Foundation

/// Asks Slurm to queue this job again, after it has saved its state.
public enum JobRequeue {
    /// The job that is to be queued again; `nil` for none.
    ///
    /// Only a warning of the time limit (USR1 or USR2) counts. After TERM Slurm knows itself what
    /// to do: a job that its user cancelled must not come back.
    ///
    /// - Parameters:
    ///   - environment: `PLUMBLINE_REQUEUE=1`, as the scripts of `sweep submit` set it, and
    ///     `SLURM_JOB_ID`.
    ///   - signal: the one that interrupted the work; 0 for none.
    package static func job(_ environment: [String: String], signal: Int32) -> String? {
        guard environment["PLUMBLINE_REQUEUE"] == "1", [SIGUSR1, SIGUSR2].contains(signal),
            let job = environment["SLURM_JOB_ID"], let number = Int(job), number > 0,
            // Of the processes of mpirun, one asks.
            ["0", nil].contains(environment["OMPI_COMM_WORLD_RANK"])
        else { return nil }
        return "\(number)"
    }

    /// Asks Slurm, if this process is a job that wants it.
    ///
    /// - Returns: whether it was asked.
    /// - Throws: ``SlurmError`` if Slurm refuses.
    public static func requestIfWanted() throws -> Bool {
        guard
            let job = job(
                ProcessInfo.processInfo.environment, signal: Interruption.firstSignal)
        else { return false }
        _ = try ExternalProgram("scontrol").run(["requeue", job])
        return true
    }
}
