extension Tensor {
    /// Shifts entries along `axis` by `shift` places, round the end.
    public func rolled(_ axis: Int, by shift: Int) -> Tensor {
        let axis = shape.axis(axis, of: "roll")
        let size = shape[axis]
        require(size > 0, "roll: axis \(axis) of shape \(shape) is empty")
        let places = ((shift % size) + size) % size
        if places == 0 { return self }
        let value = Tensor.computed(shape) { _ in }
        Tensor.copyRuns(
            from: self, offset: 0, to: value, offset: places, axis: axis, length: size - places)
        Tensor.copyRuns(
            from: self, offset: size - places, to: value, offset: 0, axis: axis, length: places)
        return .record(Roll(axis: axis, shift: shift), [self], value)
    }
}

private struct Roll: Operation {
    let axis: Int, shift: Int
    var rebuild: (([Tensor]) -> Tensor)? { { $0[0].rolled(axis, by: shift) } }
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] { [sweep.upstream().rolled(axis, by: -shift)] }
}
