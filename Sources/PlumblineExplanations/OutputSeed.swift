/// What is propagated back from the logit f.
public enum OutputSeed: String, Sendable, CaseIterable {
    /// What the method is defined with: `logit` for LRP, `one` for gradients.
    case standard = "default"
    /// 1: the gradient itself.
    case one
    /// f itself, zennit's default: `f * gradient`.
    case logit
}
