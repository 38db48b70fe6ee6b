/// What a label says of the class.
public enum LabelState: String, Sendable, CaseIterable {
    case positive
    case negative
    /// Uncertain and left out: neither 0 nor 1 in any figure.
    case uncertain

    /// 1, 0, or -1 for what is left out.
    var number: Int {
        switch self {
        case .positive: 1
        case .negative: 0
        case .uncertain: -1
        }
    }
}

/// One image under one model and explanation: what the model decides. Its scores are rows of their
/// own (``ScoreResult``).
public struct ImageResult: Sendable, Equatable {
    public var run: String
    public var image: String
    /// The label of the explained class.
    public var label: LabelState
    /// The patient, or what else images belong together by, where it is known.
    public var group: String?
    /// The class of the largest logit; `nil` in files of version 1 and 2.
    public var prediction: String?
    /// The logit of the explained class. Figures that rank images rank by it, because a probability
    /// near 1 has no digits left in float32. `nil` in files of version 1.
    public var logit: Double?
    public var probability = 0.0

    public init(run: String, image: String, label: LabelState) {
        self.run = run
        self.image = image
        self.label = label
    }
}
