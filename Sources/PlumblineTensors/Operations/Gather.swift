// Picking entries of one axis by index, and adding entries at indices. Each is the derivative of
// the other.

extension Tensor {
    /// The entries `indices` of `axis`, in that order; an index may repeat.
    public func gathered(_ indices: [Int], axis: Int) -> Tensor {
        let axis = shape.axis(axis, of: "gather")
        require(
            indices.allSatisfy { (0..<shape[axis]).contains($0) },
            "gather: an index is outside axis \(axis) of shape \(shape)")
        return .record(
            Gather(indices: indices, axis: axis), [self],
            backend.gather(self, AxisSplit(shape, axis), indices))
    }

    /// Zeros with `size` entries in `axis`, where entry `i` of this tensor is added at
    /// `indices[i]`.
    public func scattered(_ indices: [Int], axis: Int, size: Int) -> Tensor {
        let axis = shape.axis(axis, of: "scatter")
        require(
            indices.count == shape[axis] && indices.allSatisfy { (0..<size).contains($0) },
            "scatter: \(indices.count) indices below \(size) for axis \(axis) of shape \(shape)")
        return .record(
            Scatter(indices: indices, axis: axis), [self],
            backend.scatter(self, AxisSplit(shape, axis), indices, size: size))
    }

    /// One value per row of a matrix `[rows, columns]`: the one in column `columns[row]`.
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
    let indices: [Int]
    let axis: Int
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().scattered(indices, axis: axis, size: sweep.inputShape(0)[axis])]
    }
}

private struct Scatter: Operation {
    let indices: [Int]
    let axis: Int
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().gathered(indices, axis: axis)]
    }
}
