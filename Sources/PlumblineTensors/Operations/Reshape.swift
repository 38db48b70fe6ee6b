extension Tensor {
    /// The same values in another shape; one size may be -1 and is inferred.
    ///
    /// No copy.
    public func reshaped(_ newShape: [Int]) -> Tensor {
        var result = newShape
        if let unknown = newShape.firstIndex(of: -1) {
            let known = newShape.filter { $0 != -1 }.product
            require(known > 0 && count % known == 0, "reshape: shape \(shape) to \(newShape)")
            result[unknown] = count / known
        }
        require(result.product == count, "reshape: shape \(shape) to \(newShape)")
        if result == shape { return self }
        return .record(Reshape(shape: result), [self], Tensor(buffer: buffer, shape: result))
    }
}

private struct Reshape: Operation {
    let shape: [Int]
    var rebuild: (([Tensor]) -> Tensor)? { { $0[0].reshaped(shape) } }
    var saves: Saved { .nothing }
    var layer: Layer? { .rearrangement }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().reshaped(sweep.inputShape(0))]
    }
}
