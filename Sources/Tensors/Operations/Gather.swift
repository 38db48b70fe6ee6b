import Kernels

// Picking entries of one axis by index and adding entries back at indices: each is the other's
// derivative.

extension Tensor {
    /// The entries `indices` of `axis`, in that order; an index may repeat.
    public func gathered(_ indices: [Int], axis: Int) -> Tensor {
        let axis = shape.axis(axis, of: "gather")
        require(
            indices.allSatisfy { (0..<shape[axis]).contains($0) },
            "gather: an index is outside axis \(axis) of shape \(shape)")
        let inner = shape[(axis + 1)...].reduce(1, *), outer = shape[..<axis].reduce(1, *),
            size = shape[axis]
        var newShape = shape
        newShape[axis] = indices.count
        let value = withPointers(self) { p in
            Tensor.computed(newShape) { out in
                for block in 0..<outer {
                    for (place, index) in indices.enumerated() {
                        (out + (block * indices.count + place) * inner)
                            .update(from: p[0] + (block * size + index) * inner, count: inner)
                    }
                }
            }
        }
        return .record(Gather(indices: indices, axis: axis), [self], value)
    }

    /// Adds entry `i` of `axis` to entry `indices[i]` of zeros of `size` entries.
    public func scattered(_ indices: [Int], axis: Int, size: Int) -> Tensor {
        let axis = shape.axis(axis, of: "scatter")
        require(
            indices.count == shape[axis] && indices.allSatisfy { (0..<size).contains($0) },
            "scatter: \(indices.count) indices below \(size) for axis \(axis) of shape \(shape)")
        let inner = shape[(axis + 1)...].reduce(1, *), outer = shape[..<axis].reduce(1, *)
        var newShape = shape
        newShape[axis] = size
        let value = Tensor.zeros(newShape)
        withPointers(self, value) { p in
            for block in 0..<outer {
                for (place, index) in indices.enumerated() {
                    pl_accumulate(
                        1, p[0] + (block * indices.count + place) * inner,
                        p[1] + (block * size + index) * inner, inner)
                }
            }
        }
        return .record(Scatter(indices: indices, axis: axis), [self], value)
    }

    /// One value a row of a matrix `[rows, columns]`: column `columns[row]`.
    public func picked(_ columns: [Int]) -> Tensor {
        require(
            rank == 2 && columns.count == shape[0],
            "picked: \(columns.count) columns for shape \(shape)")
        let width = shape[1]
        require(
            columns.allSatisfy { (0..<width).contains($0) },
            "picked: a column is outside shape \(shape)")
        return reshaped([count]).gathered(columns.enumerated().map { $0 * width + $1 }, axis: 0)
    }
}

private struct Gather: Operation {
    let indices: [Int], axis: Int
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().scattered(indices, axis: axis, size: sweep.inputShape(0)[axis])]
    }
}

private struct Scatter: Operation {
    let indices: [Int], axis: Int
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().gathered(indices, axis: axis)]
    }
}
