extension Configuration {
    /// The keys that `align.exact_reference` sets.
    ///
    /// A test compares them with those that change.
    static let publishedKeys = """
        data.frontal_only, data.selection, align.warm_up_start, align.divisor, \
        align.output_seed, align.explanation_mode, align.location_pairing, \
        align.positives_without_mask, align.shared_forward, evaluate.output_seed, \
        explanation.lrp_gradient, explanation.lrp_functions (DenseNet)
        """

    /// Sets every key in which the published code of arXiv 2311.04813 differs from the default.
    ///
    /// A key that the file or the command line names keeps its value.
    ///
    /// - Parameter model: the architecture. The published DenseNet is MONAI's. Its last ReLU and
    ///   pooling are modules, so zennit's rules of LRP apply to them.
    mutating func usePublishedBehaviour(of model: String) {
        data.frontalOnly = false
        data.selection = .published
        align.objective.outputSeed = .logit
        align.objective.explanationMode = .train
        align.objective.location.pairing = .allPairs
        align.objective.positivesWithoutMask = .zeros
        align.objective.sharesForward = false
        align.training.plan.divisor = .accumulation
        align.training.plan.schedule.warmUpStart = .zero
        explanation.lrpGradient = .truncated
        explanation.coversFunctions = model.hasPrefix("densenet")
        evaluate.outputSeed = .logit
    }
}
