import PlumblineStorage

extension RunFactors {
    /// The factors of a checkpoint that is evaluated.
    ///
    /// - Parameters:
    ///   - checkpoint: its stored configuration says how it was trained. An imported checkpoint has
    ///     none.
    ///   - scenario: its name in the results.
    ///   - choice: which checkpoint of its stage it is, if that is known.
    init(
        _ checkpoint: Checkpoint, data: Configuration, explanation: String, scenario: String,
        choice: Configuration.CheckpointChoice? = nil
    ) throws {
        self.init()
        className = data.data.target
        model = checkpoint.model
        self.explanation = explanation
        pretraining = data.model.pretraining
        decoy = data.data.decoySummary
        self.scenario = scenario
        self.checkpoint = choice?.rawValue ?? ""
        steps = checkpoint.step
        guard !checkpoint.configuration.isEmpty else { return }
        let trained = try Configuration(stored: checkpoint.configuration, file: "checkpoint")
        seed = trained.seed
        // A starting model was trained through no explanation, whatever the results call it.
        let stage = checkpoint.stage.isEmpty ? scenario : checkpoint.stage
        if trained.permutesLabels { labels = "permuted" }
        if trained.startSeed >= 0 { settings = "train.seed=\(trained.startSeed)" }
        guard stage != "start", !Adaptation.isStage(stage) else { return }
        trainedThrough = trained.align.explanation
        lambda = trained.align.lambda
        if trained.alignSeed >= 0 { tuneSettings = "align.seed=\(trained.alignSeed)" }
    }
}
