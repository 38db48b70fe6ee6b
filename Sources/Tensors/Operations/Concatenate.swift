// Concatenating and splitting along one axis: each is the other's derivative.

/// The tensors one after the other along `axis`; all other sizes must agree.
public func concatenate(_ tensors: [Tensor], axis: Int) -> Tensor {
    require(!tensors.isEmpty, "concatenate: no tensors")
    let first = tensors[0].shape
    let axis = first.axis(axis, of: "concatenate")
    for tensor in tensors {
        var other = tensor.shape
        require(other.count == first.count, "concatenate: shapes \(first) and \(tensor.shape)")
        other[axis] = first[axis]
        require(other == first, "concatenate along \(axis): shapes \(first) and \(tensor.shape)")
    }
    if tensors.count == 1 { return tensors[0] }
    var shape = first
    shape[axis] = tensors.reduce(0) { $0 + $1.shape[axis] }
    let value = Tensor.computed(shape) { _ in }
    var offset = 0
    for tensor in tensors {
        Tensor.copyRuns(
            from: tensor, offset: 0, to: value, offset: offset, axis: axis,
            length: tensor.shape[axis])
        offset += tensor.shape[axis]
    }
    return .record(Concatenate(axis: axis), tensors, value)
}

extension Tensor {
    /// Pieces of the given sizes along `axis`.
    public func split(_ sizes: [Int], axis: Int) -> [Tensor] {
        let axis = shape.axis(axis, of: "split")
        require(
            sizes.reduce(0, +) == shape[axis],
            "split: sizes \(sizes) of axis \(axis) of shape \(shape)")
        var offset = 0
        let pieces = sizes.map { size in
            var piece = shape
            piece[axis] = size
            let value = Tensor.computed(piece) { _ in }
            Tensor.copyRuns(
                from: self, offset: offset, to: value, offset: 0, axis: axis, length: size)
            offset += size
            return value
        }
        return Tensor.record(Split(axis: axis), [self], pieces)
    }
}

private struct Concatenate: Operation {
    let axis: Int
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        sweep.upstream().split(
            (0..<sweep.inputCount).map { sweep.inputShape($0)[axis] }, axis: axis)
    }
}

private struct Split: Operation {
    let axis: Int
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [concatenate((0..<sweep.outputCount).map { sweep.upstream($0) }, axis: axis)]
    }
}
