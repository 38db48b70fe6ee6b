import Foundation

/// The definition of every verb: plain loops that compute in double, on one thread.
///
/// Fused verbs are composed from the others.
///
/// It is the second implementation of ``Backend``: it finds wrong kernels, and shows that
/// operations ask the machine for nothing that is not in the protocol. It shares the CPU back end's
/// memory, so a computation can change over to it and back.
struct ReferenceBackend: Backend {
    private let memory = CPUBackend()

    func make(_ shape: [Int], _ write: (UnsafeMutableBufferPointer<Float>) -> Void) -> Tensor {
        memory.make(shape, write)
    }

    func read(_ x: Tensor, _ body: (UnsafeBufferPointer<Float>) -> Void) { memory.read(x, body) }

    func overwrite(_ x: Tensor, _ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
        memory.overwrite(x, body)
    }

    func full(_ shape: [Int], _ value: Float) -> Tensor {
        make(shape) { $0.update(repeating: value) }
    }

    func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
        make(a.shape) { out in
            read(condition) { condition in
                read(a) { a in
                    read(b) { b in
                        for i in out.indices { out[i] = condition[i] != 0 ? a[i] : b[i] }
                    }
                }
            }
        }
    }

    func accumulate(_ x: Tensor, into total: Tensor) {
        read(x) { x in
            overwrite(total) { total in
                for i in x.indices { total[i] += x[i] }
            }
        }
    }

    func reduce(_ kind: ReductionKind, _ x: Tensor, _ axis: AxisSplit) -> Tensor {
        make([axis.outer, axis.inner]) { out in
            read(x) { x in
                for outer in 0..<axis.outer {
                    for inner in 0..<axis.inner {
                        let start = outer * axis.size * axis.inner + inner
                        var result = kind == .sum ? 0 : Double(x[start])
                        for index in 0..<axis.size {
                            let value = Double(x[start + index * axis.inner])
                            switch kind {
                            case .sum: result += value
                            case .maximum where value > result, .minimum where value < result:
                                result = value
                            default: if value.isNaN { result = value }
                            }
                        }
                        out[outer * axis.inner + inner] = Float(result)
                    }
                }
            }
        }
    }
}
