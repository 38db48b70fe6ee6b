/// How the model is run for its explanation during training.
public enum ExplanationMode: String, Sendable, CaseIterable {
    /// Running statistics that are not updated, and no dropout: the explanation that will be
    /// evaluated.
    case eval
    /// As in the published code: batch statistics of the positive images, which update the running
    /// ones, and dropout.
    case train
    /// One forward pass with one drawing of dropout and stochastic depth for both losses: the
    /// expectation of `train` at less than its cost.
    ///
    /// It is for models without batch norm in training mode, whose logits of an image do not
    /// depend on the other images, and for methods that read one forward pass at the image.
    case shared
}
