/// Host memory for floats, borrowed from a ``BufferPool``.
///
/// It goes back there when the last tensor that uses it is gone.
final class HostBuffer: Buffer, @unchecked Sendable {
    /// Hold the buffer while this is in use, as ``withPointers(_:body:)`` does: at -O the last use
    /// of a local variable ends its life.
    let pointer: UnsafeMutablePointer<Float>
    let capacity: Int
    private let pool: BufferPool

    init(pointer: UnsafeMutablePointer<Float>, capacity: Int, pool: BufferPool) {
        self.pointer = pointer
        self.capacity = capacity
        self.pool = pool
    }

    deinit { pool.recycle(pointer, capacity: capacity) }
}

extension Tensor {
    fileprivate var hostPointer: UnsafeMutablePointer<Float> {
        require(
            type(of: buffer) == HostBuffer.self, "a tensor of shape \(shape) is not on the host")
        return unsafeDowncast(buffer, to: HostBuffer.self).pointer
    }

    /// A new tensor in host memory whose values `fill` writes; it must write all of them.
    static func onHost(_ shape: [Int], _ fill: (UnsafeMutablePointer<Float>) -> Void) -> Tensor {
        let buffer = BufferPool.shared.allocate(shape.product)
        withExtendedLifetime(buffer) { fill(buffer.pointer) }
        return Tensor(buffer: buffer, shape: shape)
    }

    /// A new tensor in host memory whose values somebody writes later.
    static func uninitialised(_ shape: [Int]) -> Tensor { onHost(shape) { _ in } }
}

/// Calls `body` with the host pointers of `tensors`, which live until it returns.
func withPointers<Result>(
    _ tensors: Tensor..., body: ([UnsafeMutablePointer<Float>]) throws -> Result
) rethrows -> Result {
    try withExtendedLifetime(tensors) { try body(tensors.map(\.hostPointer)) }
}
