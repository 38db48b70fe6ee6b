/// The evaluation at the end of an epoch.
public struct TrainingEpoch: Sendable, Equatable {
    public var stage: String
    /// Counted from 1.
    public var epoch: Int
    public var totalEpochs: Int
    /// Whether images were evaluated.
    ///
    /// If so, an AUROC of `nil` is undefined.
    public var isEvaluated: Bool
    public var auroc: Double?
    public var locationLoss: Double?
    /// The number of images whose location loss is not finite.
    public var imagesWithoutLocationLoss: Int
}
