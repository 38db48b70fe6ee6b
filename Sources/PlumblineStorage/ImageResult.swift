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

/// One image judged under one model and explanation.
public struct ImageResult: Sendable, Equatable {
    public var run: String
    public var image: String
    public var label: LabelState
    /// The patient, or what else images belong together by, where it is known.
    public var group: String?
    /// Of the class; figures that rank images rank by it, because a probability near 1 has no
    /// digits left in float32.
    public var logit: Double?
    public var probability = 0.0
    /// NaN in the file where missing; the reason stands beside it.
    public var massAccuracy: Double?
    public var rankAccuracy: Double?
    /// The share of rank accuracy's places that equal values compete for.
    public var tiedShare = 0.0
    /// The mask's share of the image: what a map without any knowledge scores.
    public var maskAreaShare: Double?
    public var missingReason = ""

    public init(run: String, image: String, label: LabelState) {
        self.run = run
        self.image = image
        self.label = label
    }
}
