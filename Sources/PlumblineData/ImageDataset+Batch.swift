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
    /// - Parameters:
    ///   - indices: the index of each sample in the data set.
    ///   - samples: one per index.
    public func batch(_ indices: [Int], _ samples: [Sample]) -> Batch {
        let size = preprocessing.size
        let examples = indices.map { items[$0] }
        let shape = [indices.count, size, size, preprocessing.channels]
        let length = size * size * preprocessing.channels
        var batch = Batch(
            // One copy, into memory of the tensor.
            image: Tensor.computed(shape) { out in
                for (row, sample) in samples.enumerated() {
                    precondition(sample.values.count == length, "a sample of another size")
                    (out + row * length).update(from: sample.values, count: length)
                }
            },
            labels: Tensor(examples.flatMap(\.labels), shape: [indices.count, classes.count]),
            labelWeights: Tensor(
                examples.flatMap(\.weights), shape: [indices.count, classes.count]),
            masks: samples.map { sample in
                sample.mask.map(Self.tensor)
            },
            ids: examples.map(\.id), groups: examples.map(\.group), indices: indices)
        batch.furtherMasks = furtherClasses.indices.map { place in
            samples.map { $0.furtherMasks[place].map(Self.tensor) }
        }
        return batch
    }

    private static func tensor(_ mask: Mask) -> Tensor {
        Tensor(mask.pixels.map { $0 ? 1 : 0 }, shape: [mask.height, mask.width])
    }
}
