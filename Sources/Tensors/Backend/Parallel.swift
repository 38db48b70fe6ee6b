import Kernels
import Synchronization

/// Loops split over the libgomp team that oneDNN runs on. Ranges depend on the thread count alone,
/// so a result never depends on timing. Call from one thread at a time: two callers would make two
/// teams.
package enum Parallel {
    private static let configured = Atomic<Int>(0)

    /// How many threads every loop and oneDNN use; by default what `OMP_NUM_THREADS` or the machine
    /// says.
    package static var threads: Int {
        get {
            let value = configured.load(ordering: .relaxed)
            return value > 0 ? value : Int(pl_max_threads())
        }
        set {
            configured.store(newValue, ordering: .relaxed)
            pl_set_threads(Int32(newValue))
        }
    }

    /// Whether the caller is one of several threads of a region.
    static var isInside: Bool { pl_in_parallel() != 0 }

    private struct Region {
        let count: Int
        let body: (Range<Int>, Int) -> Void
    }

    /// Runs `body` over `0 ..< count` in one contiguous range a thread, none shorter than `grain`;
    /// `body` also gets the number of its range, below ``parts(_:grain:)``.
    package static func forRanges(_ count: Int, grain: Int, _ body: (Range<Int>, Int) -> Void) {
        let parts = parts(count, grain: grain)
        guard parts > 1 else {
            if count > 0 { body(0..<count, 0) }
            return
        }
        withoutActuallyEscaping(body) { body in
            var region = Region(count: count, body: body)
            withUnsafeMutablePointer(to: &region) { context in
                pl_parallel(
                    { context, thread, threads in
                        let region = context!.assumingMemoryBound(to: Region.self).pointee
                        // The runtime may grant fewer threads than asked for: split by what it
                        // granted.
                        let start = region.count * Int(thread) / Int(threads)
                        let end = region.count * (Int(thread) + 1) / Int(threads)
                        if start < end { region.body(start..<end, Int(thread)) }
                    }, context, Int32(parts))
            }
        }
    }

    package static func forRanges(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
        forRanges(count, grain: grain) { range, _ in body(range) }
    }

    package static func parts(_ count: Int, grain: Int) -> Int {
        max(1, min(threads, count / max(1, grain)))
    }

    /// Below this many values a loop is not worth waking the team.
    package static let elementGrain = 16_384
}

/// Sets how many threads every operation uses.
public func setThreads(_ count: Int) { Parallel.threads = count }
