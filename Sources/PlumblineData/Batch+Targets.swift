import PlumblineTensors

extension Batch {
    /// The class of each image that a target means; `nil` for an image that has none.
    ///
    /// See ``TargetClass/index(labels:weights:logits:)``.
    ///
    /// - Parameter logits: of the model, `[n, classes]`; `nil` where it was not run.
    public func targets(_ target: TargetClass, logits: Tensor? = nil) -> [Int?] {
        if case .index(let index) = target { return [Int?](repeating: index, count: count) }
        let classes = labels.shape[1]
        let labels = labels.values
        let weights = labelWeights.values
        let logits = logits?.values
        return (0..<count).map { row in
            let places = (row * classes)..<((row + 1) * classes)
            return target.index(
                labels: Array(labels[places]), weights: Array(weights[places]),
                logits: logits.map { Array($0[places]) })
        }
    }
}
