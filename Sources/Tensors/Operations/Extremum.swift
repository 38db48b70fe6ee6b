import Kernels

extension Tensor {
    /// The largest value over `axes` (all by default). Values that tie for it share the gradient
    /// equally, as PyTorch's `amax` does. A NaN anywhere makes the result NaN.
    public func max(_ axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        extremum(axes, keepingDimensions, isMaximum: true)
    }

    /// The smallest value over `axes` (all by default); ties and NaN as in
    /// ``max(_:keepingDimensions:)``.
    public func min(_ axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        extremum(axes, keepingDimensions, isMaximum: false)
    }

    private func extremum(_ axes: [Int]?, _ keepingDimensions: Bool, isMaximum: Bool) -> Tensor {
        let name = isMaximum ? "max" : "min"
        require(count > 0, "\(name): shape \(shape) is empty")
        let axes = Set((axes ?? Array(0..<rank)).map { shape.axis($0, of: name) })
        let kept = shape.enumerated().map { axes.contains($0.offset) ? 1 : $0.element }
        let result =
            keepingDimensions
            ? kept : shape.enumerated().filter { !axes.contains($0.offset) }.map(\.element)
        let kind: Int32 = isMaximum ? 1 : 0
        let value = reduced(axes) { input, outer, count, inner in
            withPointers(input) { p in
                let x = p[0]
                return .computed([outer, inner]) { out in
                    backend.forRanges(
                        outer, grain: Swift.max(1, Parallel.elementGrain / (count * inner))
                    ) { range in
                        for block in range {
                            let start = x + block * count * inner
                            if inner == 1 {
                                out[block] = pl_extremum(kind, start, count)
                            } else {
                                pl_column_extremum(kind, start, count, inner, out + block * inner)
                            }
                        }
                    }
                }
            }
        }
        return .record(Extremum(kept: kept), [self], Tensor(storage: value.storage, shape: result))
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
