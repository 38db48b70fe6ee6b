import PlumblineData
import PlumblineModels

/// Further models that metrics compare the evaluated model with.
public struct ComparisonModels {
    /// The evaluated model after fine-tuning on images with removed pixels, by what was removed.
    public var adapted: [PixelRemoval: any Classifier] = [:]
    /// A model of the same architecture and classes that was trained on permuted labels.
    public var permutedLabels: (any Classifier)?

    public init() {}
}
