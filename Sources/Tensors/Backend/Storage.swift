/// A buffer of floats borrowed from a ``StoragePool``; it goes back there when the last tensor that
/// uses it is gone.
package final class Storage: @unchecked Sendable {
    /// Never read this without holding the storage: `withPointers` does that. At -O the last use of
    /// a local ends its life.
    package let pointer: UnsafeMutablePointer<Float>
    package let capacity: Int
    private let pool: StoragePool

    init(pointer: UnsafeMutablePointer<Float>, capacity: Int, pool: StoragePool) {
        self.pointer = pointer
        self.capacity = capacity
        self.pool = pool
    }

    deinit { pool.recycle(pointer, capacity: capacity) }
}
