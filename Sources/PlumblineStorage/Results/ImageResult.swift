/// What a model predicts for one image.
///
/// The scores of the explanation are separate rows (``ScoreResult``).
public struct ImageResult: Sendable, Equatable {
    public var run: String
    public var image: String
    /// The label of the explained class.
    public var label: LabelState
    /// The patient, or another group of images that belong together, if it is known.
    public var group: String?
    /// The class of the largest logit; `nil` in files of version 1 and 2.
    public var prediction: String?
    /// The logit of the explained class.
    ///
    /// `nil` in files of version 1.
    ///
    /// Images are ranked by it, because float32 probabilities near 1 are often equal.
    public var logit: Double?
    public var probability = 0.0

    public init(run: String, image: String, label: LabelState) {
        self.run = run
        self.image = image
        self.label = label
    }
}
