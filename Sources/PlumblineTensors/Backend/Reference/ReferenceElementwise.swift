import Foundation

extension ReferenceBackend {
    func unary(_ kind: UnaryKind, _ x: Tensor) -> Tensor {
        switch kind {
        case .absolute: map(x) { abs($0) }
        case .sign: map(x) { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
        case .exp: map(x) { exp($0) }
        case .log: map(x) { log($0) }
        case .sqrt: map(x) { $0.squareRoot() }
        case .reciprocal: map(x) { 1 / $0 }
        case .tanh: map(x) { tanh($0) }
        case .erf: map(x) { erf($0) }
        case .sigmoid: map(x) { 1 / (1 + exp(-$0)) }
        case .softplus: map(x) { ($0 < 0 ? 0 : $0) + log1p(exp(-abs($0))) }
        case .relu: map(x) { $0 < 0 ? 0 : $0 }
        case .gelu: map(x) { $0 * 0.5 * (1 + erf($0 * 0.5.squareRoot())) }
        }
    }

    func binary(_ kind: BinaryKind, _ a: Tensor, _ b: Tensor, _ plan: BroadcastPlan) -> Tensor {
        switch kind {
        case .add: map(a, b, plan) { $0 + $1 }
        case .subtract: map(a, b, plan) { $0 - $1 }
        case .multiply: map(a, b, plan) { $0 * $1 }
        case .divide: map(a, b, plan) { $0 / $1 }
        case .power: map(a, b, plan) { pow($0, $1) }
        case .greater: map(a, b, plan) { $0 > $1 ? 1 : 0 }
        case .greaterOrEqual: map(a, b, plan) { $0 >= $1 ? 1 : 0 }
        case .equal: map(a, b, plan) { $0 == $1 ? 1 : 0 }
        }
    }

    @inline(__always)
    private func map(_ x: Tensor, _ function: (Double) -> Double) -> Tensor {
        make(x.shape) { out in
            read(x) { x in
                for i in x.indices { out[i] = Float(function(Double(x[i]))) }
            }
        }
    }

    @inline(__always)
    private func map(
        _ a: Tensor, _ b: Tensor, _ plan: BroadcastPlan, _ function: (Double, Double) -> Double
    ) -> Tensor {
        let inner = plan.inner
        return make(plan.shape) { out in
            read(a) { a in
                read(b) { b in
                    for run in 0..<plan.runCount {
                        let start = plan.offsets(ofRun: run)
                        for i in 0..<inner.size {
                            out[run * inner.size + i] = Float(
                                function(
                                    Double(a[start.a + i * inner.strideA]),
                                    Double(b[start.b + i * inner.strideB])))
                        }
                    }
                }
            }
        }
    }
}
