/// What an uncertain label (-1) means (CheXpert, section 4).
public enum UncertaintyPolicy: String, Sendable, CaseIterable {
    case zeros = "u-zero"
    case ones = "u-one"
    case ignore = "u-ignore"

    /// The target of a label and its weight in the loss.
    ///
    /// A label that is not mentioned is 0, as in CheXpert's own baselines.
    public func resolve(_ label: Float?) -> (value: Float, weight: Float) {
        guard let label else { return (0, 1) }
        guard label < 0 else { return (label, 1) }
        switch self {
        case .zeros: return (0, 1)
        case .ones: return (1, 1)
        case .ignore: return (0, 0)
        }
    }
}
