/// What the gradient through LRP's relevance is.
public enum LRPGradient: String, Sendable, CaseIterable {
    /// The derivative.
    case exact
    /// The weights inside the rules are held constant, as zennit does. This is not the derivative.
    case truncated
}
