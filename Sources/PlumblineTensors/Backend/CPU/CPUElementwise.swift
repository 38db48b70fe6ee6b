import Kernels

extension CPUBackend {
    func unary(_ kind: UnaryKind, _ x: Tensor) -> Tensor {
        let kernel = Int32(kind.kernel.rawValue)
        return map(x) { pl_unary(kernel, $0, $1, $2) }
    }

    func binary(_ kind: BinaryKind, _ a: Tensor, _ b: Tensor, _ plan: BroadcastPlan) -> Tensor {
        let kernel = Int32(kind.kernel.rawValue)
        let strideA = Int32(plan.inner.strideA == 0 ? 0 : 1)
        let strideB = Int32(plan.inner.strideB == 0 ? 0 : 1)
        return withPointers(a, b) { p in
            .onHost(plan.shape) { out in
                plan.forRuns { offset, fromA, fromB, count in
                    pl_binary(
                        kernel, p[0] + fromA, strideA, p[1] + fromB, strideB, out + offset, count)
                }
            }
        }
    }

    func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
        withPointers(condition, a, b) { p in
            .onHost(a.shape) { out in
                Parallel.forRanges(a.count, grain: Parallel.elementGrain) { range in
                    let i = range.lowerBound
                    pl_select(p[0] + i, p[1] + i, p[2] + i, out + i, range.count)
                }
            }
        }
    }

    func accumulate(_ x: Tensor, into total: Tensor) {
        withPointers(total, x) { p in
            Parallel.forRanges(total.count, grain: Parallel.elementGrain) {
                pl_accumulate(1, p[1] + $0.lowerBound, p[0] + $0.lowerBound, $0.count)
            }
        }
    }

    func positiveMask(_ reference: Tensor, _ upstream: Tensor) -> Tensor {
        map(reference, upstream, grain: Parallel.elementGrain) { pl_relu_mask($0, $1, $2, $3) }
    }

    func geluFirst(_ x: Tensor, _ g: Tensor) -> Tensor {
        map(x, g, grain: Parallel.elementGrain / 4) { pl_gelu_first($0, $1, $2, $3) }
    }

    func geluSecond(_ x: Tensor, _ g: Tensor, _ u: Tensor, neededInputs: [Int]) -> [Tensor?] {
        let towards = (0...1).map {
            neededInputs.contains($0) ? Tensor.uninitialised(x.shape) : nil
        }
        withPointers(x, g, u, towards[0] ?? x, towards[1] ?? x) { p in
            Parallel.forRanges(x.count, grain: Parallel.elementGrain / 4) { range in
                let i = range.lowerBound
                pl_gelu_second(
                    p[0] + i, p[1] + i, p[2] + i, towards[1] == nil ? nil : p[4] + i,
                    towards[0] == nil ? nil : p[3] + i, range.count)
            }
        }
        return towards
    }

    func sumOfSquares(_ x: Tensor) -> Double {
        withPointers(x) { pl_dot($0[0], $0[0], x.count) }
    }

    private typealias Input = UnsafePointer<Float>
    private typealias Output = UnsafeMutablePointer<Float>

    private func map(_ x: Tensor, _ kernel: (Input, Output, Int) -> Void) -> Tensor {
        withPointers(x) { p in
            .onHost(x.shape) { out in
                Parallel.forRanges(x.count, grain: Parallel.elementGrain) {
                    kernel(p[0] + $0.lowerBound, out + $0.lowerBound, $0.count)
                }
            }
        }
    }

    private func map(
        _ x: Tensor, _ y: Tensor, grain: Int, _ kernel: (Input, Input, Output, Int) -> Void
    ) -> Tensor {
        withPointers(x, y) { p in
            .onHost(x.shape) { out in
                Parallel.forRanges(x.count, grain: grain) { range in
                    let i = range.lowerBound
                    kernel(p[0] + i, p[1] + i, out + i, range.count)
                }
            }
        }
    }
}

extension BroadcastPlan {
    /// Calls `body` with offsets into the result and both operands, for every run of the innermost
    /// dimension or, where that is the only one, for parts of it.
    fileprivate func forRuns(_ body: (_ out: Int, _ a: Int, _ b: Int, _ count: Int) -> Void) {
        let inner = inner
        if dimensions.count == 1 {
            Parallel.forRanges(inner.size, grain: Parallel.elementGrain) { range in
                let start = range.lowerBound
                body(start, start * inner.strideA, start * inner.strideB, range.count)
            }
            return
        }
        Parallel.forRanges(runCount, grain: Parallel.rowGrain(inner.size)) { range in
            for run in range {
                let (a, b) = offsets(ofRun: run)
                body(run * inner.size, a, b, inner.size)
            }
        }
    }
}

extension UnaryKind {
    fileprivate var kernel: pl_unary_kind {
        switch self {
        case .absolute: PL_ABSOLUTE
        case .sign: PL_SIGN
        case .exp: PL_EXP
        case .log: PL_LOG
        case .sqrt: PL_SQRT
        case .reciprocal: PL_RECIPROCAL
        case .tanh: PL_TANH
        case .erf: PL_ERF
        case .sigmoid: PL_SIGMOID
        case .softplus: PL_SOFTPLUS
        case .relu: PL_RELU
        case .gelu: PL_GELU
        }
    }
}

extension BinaryKind {
    fileprivate var kernel: pl_binary_kind {
        switch self {
        case .add: PL_ADD
        case .subtract: PL_SUBTRACT
        case .multiply: PL_MULTIPLY
        case .divide: PL_DIVIDE
        case .power: PL_POWER
        case .greater: PL_GREATER
        case .greaterOrEqual: PL_GREATER_EQUAL
        case .equal: PL_EQUAL
        }
    }
}
