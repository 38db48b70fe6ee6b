import PlumblineTensors

extension ImageDataset {
    /// A batch of the images at `indices`, without augmentation.
    ///
    /// - Throws: ``DatasetError`` where an image or a mask cannot be read.
    public func batch(_ indices: [Int]) throws -> Batch {
        batch(indices, try indices.map { try sample($0) })
    }

    /// A batch of samples that were read already.
    ///
    /// - Parameter indices: the index of each sample in the data set.
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
