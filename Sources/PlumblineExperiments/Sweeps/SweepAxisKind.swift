/// What the results need to say about an axis beside the factors that they have anyway.
enum SweepAxisKind {
    /// The results name its keys as factors of each run.
    case factor
    /// It changes the fine-tune alone.
    case fineTune
    /// It changes the starting model or the evaluation, and so both.
    case both

    private static let factors: Set = [
        "data.target", "model.name", "model.pretraining", "align.explanation", "align.lambda",
        "seed", "evaluate.explanations", "evaluate.checkpoint",
    ]

    init(_ axis: SweepAxis) {
        let keys = Set(axis.levels.flatMap { $0.settings.map(\.key) })
        if keys.isSubset(of: Self.factors) {
            self = .factor
        } else if keys.allSatisfy({ $0.hasPrefix("align.") }) {
            self = .fineTune
        } else {
            self = .both
        }
    }
}
