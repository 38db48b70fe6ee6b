import Foundation
import Kernels
import Synchronization

/// Loops that are split over the libgomp team that oneDNN uses too.
///
/// The ranges depend on the number of threads alone, so a result never depends on timing. Call from
/// one thread at a time: two callers would make two teams, which share the cores.
package enum Parallel {
    private static let configured = Atomic<Int>(0)

    /// How many threads every loop and oneDNN use.
    ///
    /// The default is what `OMP_NUM_THREADS` says, or the processors that this process may use.
    package static var threads: Int {
        get {
            let value = configured.load(ordering: .relaxed)
            return value > 0 ? value : defaultThreads
        }
        set {
            configured.store(newValue, ordering: .relaxed)
            pl_set_threads(Int32(newValue))
        }
    }

    /// libgomp knows the affinity, and neither control groups nor Slurm; it is told, so that oneDNN
    /// follows.
    private static let defaultThreads: Int = {
        let known = Int(pl_max_threads())
        guard getenv("OMP_NUM_THREADS") == nil, availableProcessors < known else { return known }
        pl_set_threads(Int32(availableProcessors))
        return availableProcessors
    }()

    /// Whether the caller runs inside a parallel loop.
    static var isInside: Bool { pl_in_parallel() != 0 }

    private struct Region {
        let count: Int
        let body: (Range<Int>, Int) -> Void
    }

    /// Runs `body` over `0 ..< count`, one contiguous range per thread, none shorter than `grain`.
    ///
    /// - Parameter body: gets a range and its number, which is below ``parts(_:grain:)``.
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
                        // The runtime may grant fewer threads than were asked for.
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

    /// The results of `transform` for each value, in the order of the values.
    package static func map<Value, Result>(
        _ values: [Value], _ transform: (Value) -> Result
    ) -> [Result] {
        var results = [Result?](repeating: nil, count: values.count)
        results.withUnsafeMutableBufferPointer { slots in
            forRanges(values.count, grain: 1) { range in
                for index in range { slots[index] = transform(values[index]) }
            }
        }
        return results.map { $0! }
    }

    /// Into how many ranges ``forRanges(_:grain:_:)`` splits `count`, at most.
    package static func parts(_ count: Int, grain: Int) -> Int {
        max(1, min(threads, count / max(1, grain)))
    }

    /// A loop over fewer values than this is not worth waking the team.
    package static let elementGrain = 16_384

    /// The grain of a loop over rows of `width` values.
    static func rowGrain(_ width: Int) -> Int { max(1, elementGrain / max(1, width)) }
}

/// Sets how many threads every operation uses.
///
/// The last bits of a result may depend on it.
public func setThreads(_ count: Int) { Parallel.threads = count }
