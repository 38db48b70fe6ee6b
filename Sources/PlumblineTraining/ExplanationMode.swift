/// How the model is run for its explanation during training.
public enum ExplanationMode: String, Sendable, CaseIterable {
    /// Running statistics that are not updated, and no dropout: the explanation that will be
    /// evaluated.
    case eval
    /// As in the published code: batch statistics of the positive images, which update the running
    /// ones, and dropout.
    case train
}
