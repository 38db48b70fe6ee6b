import PlumblineExplanations
import PlumblineModels

extension AlignmentObjective {
    /// Checks that one forward pass can serve both losses, if the mode is `shared`.
    ///
    /// - Throws: ``ExplanationError`` where the model has batch norm in training mode, or where the
    ///   method runs forward passes of its own.
    public func checkSharedMode(_ model: any Classifier) throws {
        guard settings.explanationMode == .shared else { return }
        guard !model.hasBatchNorm || batchNorm == .frozen else {
            throw ExplanationError(
                "align.explanation_mode: shared is not possible with the batch statistics of "
                    + "\(model.name): set align.batch_norm: frozen, or take the mode train")
        }
        guard settings.sharesForward else {
            throw ExplanationError(
                "align.explanation_mode: shared needs align.shared_forward: true")
        }
        guard explanation.captures(of: model) != nil else {
            throw ExplanationError(
                "align.explanation_mode: shared needs a method that reads one forward pass at the "
                    + "image; \(explanation.name) runs its own: take the mode train")
        }
    }
}
