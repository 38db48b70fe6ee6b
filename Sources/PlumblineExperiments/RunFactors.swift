import PlumblineStorage

extension RunFactors {
    /// The factors of a checkpoint that is judged.
    ///
    /// - Parameters:
    ///   - checkpoint: its own configuration says how it was trained; one that was imported has
    ///     none.
    ///   - scenario: what the results call it.
    ///   - choice: which checkpoint of its stage it is, where that is known.
    init(
        _ checkpoint: Checkpoint, data: Configuration, explanation: String, scenario: String,
        choice: Configuration.CheckpointChoice? = nil
    ) throws {
        self.init()
        className = data.data.target
        model = checkpoint.model
        self.explanation = explanation
        pretraining = data.model.pretraining
        self.scenario = scenario
        self.checkpoint = choice?.rawValue ?? ""
        steps = checkpoint.step
        guard !checkpoint.configuration.isEmpty else { return }
        let own = try Configuration(stored: checkpoint.configuration, file: "checkpoint")
        seed = own.seed
        // Whatever the results call it, a starting model was trained through nothing.
        let stage = checkpoint.stage.isEmpty ? scenario : checkpoint.stage
        guard stage != "start" else { return }
        trainedThrough = own.align.explanation
        lambda = own.align.lambda
    }
}
