import Kernels

/// The host: pooled memory, libgomp's threads, oneDNN's matrix products and convolutions, and the
/// loops of the Kernels target.
///
/// Its verbs are in the other files of this folder.
struct CPUBackend: Backend {
    func make(_ shape: [Int], _ write: (UnsafeMutableBufferPointer<Float>) -> Void) -> Tensor {
        let count = shape.product
        return .onHost(shape) { write(UnsafeMutableBufferPointer(start: $0, count: count)) }
    }

    func read(_ x: Tensor, _ body: (UnsafeBufferPointer<Float>) -> Void) {
        withPointers(x) { body(UnsafeBufferPointer(start: $0[0], count: x.count)) }
    }

    func overwrite(_ x: Tensor, _ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
        withPointers(x) { body(UnsafeMutableBufferPointer(start: $0[0], count: x.count)) }
    }

    func full(_ shape: [Int], _ value: Float) -> Tensor {
        .onHost(shape) { out in
            Parallel.forRanges(shape.product, grain: Parallel.elementGrain) {
                pl_fill(value, out + $0.lowerBound, $0.count)
            }
        }
    }
}
