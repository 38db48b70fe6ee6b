extension Tensor {
    /// The largest value over `axes` (all by default).
    ///
    /// Equal largest values share the gradient equally, as in PyTorch's `amax`. A NaN among the
    /// values makes the result NaN.
    public func max(_ axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        extremum(axes, keepingDimensions, isMaximum: true)
    }

    /// The smallest value over `axes` (all by default); equal values and NaN are treated as
    /// in ``max(_:keepingDimensions:)``.
    public func min(_ axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        extremum(axes, keepingDimensions, isMaximum: false)
    }

    private func extremum(_ axes: [Int]?, _ keepingDimensions: Bool, isMaximum: Bool) -> Tensor {
        let name = isMaximum ? "max" : "min"
        require(count > 0, "\(name): shape \(shape) is empty")
        let axes = Set((axes ?? Array(0..<rank)).map { shape.axis($0, of: name) })
        let kept = shape.withOnes(at: axes)
        return .record(
            Extremum(kept: kept), [self],
            reduced(
                isMaximum ? .maximum : .minimum, axes,
                to: keepingDimensions ? kept : shape.dropping(axes)))
    }
}

private struct Extremum: Operation {
    let kept: [Int]
    var saves: Saved { [.input(0), .outputs] }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let isBest = sweep.input(0).detached .== sweep.output().detached.reshaped(kept)
        let axes = kept.indices.filter { kept[$0] == 1 }
        let share = isBest / isBest.sum(axes, keepingDimensions: true)
        return [sweep.upstream().reshaped(kept) * share]
    }
}
