extension Tensor {
    /// Shifts entries along `axis` by `shift` positions.
    ///
    /// What leaves at one end enters at the other.
    public func rolled(_ axis: Int, by shift: Int) -> Tensor {
        let axis = shape.axis(axis, of: "roll")
        let size = shape[axis]
        require(size > 0, "roll: axis \(axis) of shape \(shape) is empty")
        let offset = ((shift % size) + size) % size
        if offset == 0 { return self }
        let blocks = [
            Block(self, from: 0, to: offset, length: size - offset, axis: axis),
            Block(self, from: size - offset, to: 0, length: offset, axis: axis),
        ]
        return .record(
            Roll(axis: axis, shift: shift), [self], backend.assemble(shape, blocks))
    }
}

private struct Roll: Operation {
    let axis: Int
    let shift: Int
    var rebuild: (([Tensor]) -> Tensor)? { { $0[0].rolled(axis, by: shift) } }
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] { [sweep.upstream().rolled(axis, by: -shift)] }
}
