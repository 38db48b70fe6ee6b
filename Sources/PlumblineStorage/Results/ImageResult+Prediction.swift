extension ImageResult {
    /// The class that the model predicts: the largest of a multiclass model, and whether the
    /// target's probability is above 0.5 for a multilabel model.
    public func predictedClass(_ isMulticlass: Bool) -> String {
        isMulticlass ? prediction ?? "" : probability > 0.5 ? "positive" : "negative"
    }
}
