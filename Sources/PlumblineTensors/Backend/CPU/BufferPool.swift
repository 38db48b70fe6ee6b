import Foundation
import Synchronization

/// Keeps freed buffers in size classes and hands them out again.
///
/// Touching memory for the first time runs at 0.7 to 2.5 GB/s on a virtual machine, using a kept
/// buffer at 35 GB/s. A training step frees and allocates the same sizes again and again, so the
/// memory must not go back to the system in between. Size classes are an eighth of an octave apart:
/// at most 12.5% is wasted. A request may also take a buffer that is up to a quarter larger.
package final class BufferPool: Sendable {
    /// The pool of all tensors.
    package static let shared = BufferPool()

    private struct State {
        var free: [Int: [UInt]] = [:]
        var live = 0
        var kept = 0
    }

    private let state = Mutex(State())
    private static let alignment = 64

    /// The numbers of floats in use and kept for reuse.
    package var usage: (live: Int, kept: Int) { state.withLock { ($0.live, $0.kept) } }

    func allocate(_ count: Int) -> HostBuffer {
        let capacity = Self.sizeClass(of: count)
        let kept = state.withLock { state -> (UInt, Int)? in
            var candidate = capacity
            while candidate <= capacity + capacity / 4 {
                if let address = state.free[candidate]?.popLast() {
                    state.kept -= candidate
                    state.live += candidate
                    return (address, candidate)
                }
                candidate = Self.sizeClass(of: candidate + 1)
            }
            state.live += capacity
            return nil
        }
        if let (address, size) = kept {
            return HostBuffer(
                pointer: UnsafeMutablePointer(bitPattern: address)!, capacity: size, pool: self)
        }
        let raw = UnsafeMutableRawPointer.allocate(
            byteCount: capacity * MemoryLayout<Float>.stride, alignment: Self.alignment)
        return HostBuffer(
            pointer: raw.bindMemory(to: Float.self, capacity: capacity), capacity: capacity,
            pool: self)
    }

    func recycle(_ pointer: UnsafeMutablePointer<Float>, capacity: Int) {
        state.withLock {
            $0.live -= capacity
            $0.kept += capacity
            $0.free[capacity, default: []].append(UInt(bitPattern: pointer))
        }
    }

    static func sizeClass(of count: Int) -> Int {
        let least = max(count, 64)
        let step = max(64, (1 << (Int.bitWidth - 1 - least.leadingZeroBitCount)) / 8)
        return (least + step - 1) / step * step
    }
}
