import PlumblineTensors

/// The examples of one forward pass, with all that training and evaluation need.
public struct Batch {
    /// The index of each image in the data set.
    public var indices: [Int]
    /// ``Example/id`` of each image.
    public var ids: [String]
    /// ``Example/group`` of each image.
    public var groups: [String?]
    /// The images, `[n, height, width, channels]`.
    public var image: Tensor
    /// The targets, `[n, classes]`, from 0 to 1.
    public var labels: Tensor
    /// The weight of each label in the loss, `[n, classes]`; 0 leaves it out.
    public var labelWeights: Tensor
    /// The mask of the target class of each image at the model's size, `[height, width]`, where
    /// there is one.
    public var masks: [Tensor?]
    /// The masks of each of ``ImageDataset/furtherClasses``, as ``masks``.
    public var furtherMasks: [[Tensor?]] = []

    /// - Parameters:
    ///   - ids: by default the numbers from 0.
    ///   - groups: by default not known.
    ///   - indices: by default the numbers from 0.
    public init(
        image: Tensor, labels: Tensor, labelWeights: Tensor, masks: [Tensor?],
        ids: [String]? = nil, groups: [String?]? = nil, indices: [Int]? = nil
    ) {
        let rows = 0..<image.shape[0]
        self.image = image
        self.labels = labels
        self.labelWeights = labelWeights
        self.masks = masks
        self.ids = ids ?? rows.map { "\($0)" }
        self.groups = groups ?? rows.map { _ in nil }
        self.indices = indices ?? Array(rows)
    }

    public var count: Int { image.shape[0] }
}
