/// What happens to a positive image without a mask.
public enum PositivesWithoutMask: String, Sendable, CaseIterable {
    /// It has no location loss.
    case skip
    /// Its goal is zero everywhere, in both scenarios (published code).
    case zeros
}
