import PlumblineJudges

/// What a judge is shown, and how its scores are read.
public struct JudgingSettings: Sendable {
    public var kind = PictureKind.masked
    public var mask = MaskedCAM()
    public var size = PictureSize(longest: 448)
    /// A score of at least this is high.
    public var threshold = FourCellMatrix.standardThreshold
    /// The most images with sham controls; each costs two more questions.
    public var controls = 20
    /// The most images that are judged; `nil` for all.
    public var mostImages: Int?
    /// The folder that the pictures are written to; `nil` for none.
    public var pictures: String?

    public init() {}
}
