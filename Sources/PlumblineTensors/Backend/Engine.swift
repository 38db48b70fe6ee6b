import Foundation
import Synchronization

/// The right to compute, which one thread has at a time.
///
/// The back end keeps state that only one thread may use: primitives with their memory, parameters
/// that change in place, the choice of the back end itself. The first thread that computes becomes
/// the owner. Any other thread that computes stops the program with a message, because the
/// alternative is a wrong result without a word. The owner gives the engine up with ``handOver()``,
/// or when it ends.
///
/// Computing means: any operation on a ``Tensor``, reading its values, or recording a graph.
/// Decoding images, ``LinearMap/apply(_:outer:inner:into:rows:)`` and other work on plain arrays
/// need no engine. The threads of a parallel loop inside the back end work for the owner.
public enum Engine {
    /// The owner's `pthread_self()`; 0 where there is none.
    private static let owner = Atomic<UInt>(0)

    /// Changed by the owner alone.
    nonisolated(unsafe) static var backend: any Backend = CPUBackend()

    /// Gives the engine up.
    ///
    /// The next thread that computes becomes its owner.
    ///
    /// - Precondition: the caller owns the engine, or nobody does.
    public static func handOver() {
        requireOwnership()
        owner.store(0, ordering: .releasing)
    }

    /// Makes the calling thread the owner where there is none.
    ///
    /// - Returns: whether the calling thread is the owner now.
    public static func acquire() -> Bool {
        let caller = currentThread
        let holder = owner.load(ordering: .relaxed)
        return holder == caller || (holder == 0 && take(caller))
    }

    @inline(__always)
    static func requireOwnership() {
        if owner.load(ordering: .relaxed) != currentThread { takeOrStop() }
    }

    @inline(never)
    private static func takeOrStop() {
        require(
            acquire(),
            "Plumbline computes on one thread: another thread owns the engine. "
                + "Compute on that thread, or call Engine.handOver() there first")
    }

    private static func take(_ caller: UInt) -> Bool {
        guard
            owner.compareExchange(
                expected: 0, desired: caller, ordering: .acquiringAndReleasing
            ).exchanged
        else { return false }
        // A value other than nil makes the key's destructor run when this thread ends.
        pthread_setspecific(endOfThread, UnsafeMutableRawPointer(bitPattern: 1))
        return true
    }

    /// A key whose destructor releases the engine, if the ending thread still owns it.
    private static let endOfThread: pthread_key_t = {
        var key = pthread_key_t()
        let status = pthread_key_create(&key) { _ in
            _ = Engine.owner.compareExchange(
                expected: Engine.currentThread, desired: 0, ordering: .releasing)
        }
        require(status == 0, "pthread_key_create failed with status \(status)")
        return key
    }()

    private static var currentThread: UInt { UInt(pthread_self()) }
}
