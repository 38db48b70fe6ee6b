import PlumblineTensors

/// Examples of one forward pass, with all that training and evaluation ask of them.
public struct Batch {
    /// Places in the data set.
    public var indices: [Int]
    /// ``Example/id`` of each image.
    public var ids: [String]
    /// ``Example/group`` of each image.
    public var groups: [String?]
    /// `[n, height, width, channels]`
    public var image: Tensor
    /// `[n, classes]` in `[0, 1]`
    public var labels: Tensor
    /// `[n, classes]`; 0 leaves a label out of the loss.
    public var labelWeights: Tensor
    /// The mask `[height, width]` of the class that is aligned, at the model's size, where there is
    /// one.
    public var masks: [Tensor?]

    /// - Parameters:
    ///   - ids: by default the numbers from 0.
    ///   - groups: by default not known.
    public init(
        image: Tensor, labels: Tensor, labelWeights: Tensor, masks: [Tensor?],
        ids: [String]? = nil, groups: [String?]? = nil, indices: [Int]? = nil
    ) {
        let places = 0..<image.shape[0]
        self.image = image
        self.labels = labels
        self.labelWeights = labelWeights
        self.masks = masks
        self.ids = ids ?? places.map { "\($0)" }
        self.groups = groups ?? places.map { _ in nil }
        self.indices = indices ?? Array(places)
    }

    public var count: Int { image.shape[0] }
}

extension ImageDataset {
    /// The images at `indices` without augmentation.
    ///
    /// - Throws: ``DatasetError`` where an image or a mask cannot be read.
    public func batch(_ indices: [Int]) throws -> Batch {
        batch(indices, try indices.map { try sample($0) })
    }

    /// Samples that were read already.
    ///
    /// - Parameter indices: the place of each sample.
    public func batch(_ indices: [Int], _ samples: [Sample]) -> Batch {
        let size = preprocessing.size
        let examples = indices.map { items[$0] }
        return Batch(
            image: Tensor(
                samples.flatMap(\.values),
                shape: [indices.count, size, size, preprocessing.channels]),
            labels: Tensor(examples.flatMap(\.labels), shape: [indices.count, classes.count]),
            labelWeights: Tensor(
                examples.flatMap(\.weights), shape: [indices.count, classes.count]),
            masks: samples.map { sample in
                sample.mask.map { Tensor($0.pixels.map { $0 ? 1 : 0 }, shape: [size, size]) }
            },
            ids: examples.map(\.id), groups: examples.map(\.group), indices: indices)
    }
}
