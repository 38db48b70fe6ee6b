import PlumblineStorage
import PlumblineTensors

extension Experiment {
    /// Trains the starting model, with the batches of a step shared among processes.
    ///
    /// Only process 0 reads the state, chooses checkpoints, and writes.
    ///
    /// - Returns: the path of its checkpoint; `nil` on the other processes.
    /// - Throws: as ``train()``, and an error where the processes do not fit together.
    public func train(_ team: MPITeam) throws -> String? {
        try check(team)
        stages.team = team
        if team.rank == 0 { return try train() }
        _ = try stages.followStart(team)
        return nil
    }

    /// - Throws: an error where the processes would compute something else than one process.
    private func check(_ team: MPITeam) throws {
        let accumulation = configuration.train.plan.accumulation
        let needed = "at least \(team.size), and best a multiple of it"
        // Every process finds the same, so the first one's message is enough.
        guard accumulation >= team.size || configuration.train.epochs == 0 else {
            throw ConfigurationError(
                configuration.file, "train.accumulation",
                "is \(accumulation), but \(team.size) processes share the batches of a step: "
                    + needed)
        }
        for (what, value, advice) in [
            (
                "another configuration or other images", try stages.startHash,
                "give all of them the same"
            ),
            (
                "another number of threads", "\(Parallel.threads)",
                "set threads in the configuration"
            ),
            ("another version of plumbline", plumblineVersion, "start the same program"),
        ] {
            let values = try team.gather(text: value)
            if let other = values.firstIndex(where: { $0 != values[0] }) {
                throw MPIError(
                    "process \(other) has \(what) than process 0 (\(values[other]), "
                        + "\(values[0])): \(advice)")
            }
        }
        let instructions = try team.gather(text: instructionSet)
        if let other = instructions.firstIndex(where: { $0 != instructions[0] }) {
            Progress.warn(
                "process \(other) computes with \(instructions[other]) and process 0 with "
                    + "\(instructions[0]): the last bits depend on the number of processes")
        }
    }
}
