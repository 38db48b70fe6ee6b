/// What a label says about the class.
public enum LabelState: String, Sendable, CaseIterable {
    case positive
    case negative
    /// Uncertain: the image is left out of every figure.
    case uncertain

    /// 1, 0, or -1 for uncertain.
    var number: Int {
        switch self {
        case .positive: 1
        case .negative: 0
        case .uncertain: -1
        }
    }
}
