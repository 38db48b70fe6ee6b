import PlumblineTensors

/// One image with its prediction and its explanations.
public struct JudgedImage {
    /// The image's index in the data set.
    public let index: Int
    /// One logit per class.
    public let logits: [Float]
    /// The probability of the explained class.
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

extension [Float] {
    /// The index of the largest value, the first of equals.
    ///
    /// 0 for an empty array.
    var indexOfMaximum: Int {
        indices.dropFirst().reduce(0) { self[$1] > self[$0] ? $1 : $0 }
    }
}
