// Concatenating and splitting along one axis. Each is the derivative of the other.

/// The tensors one after the other along `axis`.
///
/// All other sizes must agree.
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
    var blocks: [Block] = []
    var offset = 0
    for tensor in tensors {
        let length = tensor.shape[axis]
        blocks.append(Block(tensor, from: 0, to: offset, length: length, axis: axis))
        offset += length
    }
    return .record(Concatenate(axis: axis), tensors, backend.assemble(shape, blocks))
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
            let block = Block(self, from: offset, to: 0, length: size, axis: axis)
            offset += size
            return backend.assemble(piece, [block])
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
