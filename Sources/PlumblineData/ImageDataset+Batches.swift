import PlumblineTensors

extension ImageDataset {
    /// The indices of each batch of an epoch, in an order that follows from the seed and the epoch
    /// alone.
    ///
    /// - Parameters:
    ///   - size: images per batch; the last may have fewer.
    ///   - epoch: from 0.
    public func batches(size: Int, seed: UInt64, epoch: Int) -> [[Int]] {
        var random = RandomGenerator(seed: seed).stream("order \(epoch)")
        let order = Array(0..<count).shuffled(using: &random)
        return stride(from: 0, to: count, by: size).map {
            Array(order[$0..<min(count, $0 + size)])
        }
    }
}
