import PlumblineTensors

/// One image with its prediction and its explanations.
public struct EvaluatedImage {
    /// The image's index in the data set.
    public let index: Int
    /// One logit per class.
    public let logits: [Float]
    /// The explained class.
    ///
    /// With ``TargetClass/label`` it is the predicted class of an image without a label.
    public let target: Int
    /// The log-odds of the probability of ``target``: its logit in a multilabel model.
    public let logOdds: Double
    /// The probability of ``target``.
    public let probability: Float
    /// One per method, in their order.
    ///
    /// Empty for an image that is not explained.
    public let evidence: [Evidence]
    /// Seconds of each method per image, without the forward pass that methods share.
    public let seconds: [Double]
    /// The mask of the explained class at the size of the model's input, `[height, width]`, if any.
    public let maskAtModelSize: Tensor?

    /// The class of the largest logit, the first of equals.
    public var predictedClass: Int { logits.indexOfMaximum }
}
