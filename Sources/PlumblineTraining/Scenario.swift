/// Whether explanations are trained towards the masks or away from them.
public enum Scenario: String, Sendable, CaseIterable {
    case align
    case misalign
}
