import Foundation
import Synchronization
import PlumblineTensors

/// Reads batches ahead, on threads of its own, and gives them in order.
///
/// A thread reads one batch at a time. It does not call parallel loops, so it does not disturb the
/// threads of training.
public final class BatchLoader: Sendable {
    private struct State: Sendable {
        var ready: [Int: Result<[Sample], DatasetError>] = [:]
        /// The number of batches that were asked for.
        var requested = 0
        /// The number of batches that a thread took.
        var taken = 0
        var isStopped = false
        /// The time that reading took, in seconds, of all threads together.
        var seconds = 0.0
        var images = 0
    }

    private let dataset: ImageDataset
    private let batches: [[Int]]
    private let numbers: [Int]
    private let random: RandomGenerator?
    private let threads: Int
    private let state = Mutex(State())
    /// Counts the batches that are ready.
    private let filled = DispatchSemaphore(value: 0)
    /// Counts the batches that may still be read ahead.
    private let room = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - batches: the indices of the samples of each batch.
    ///   - numbers: the number of each batch within its epoch; `nil` for 0, 1, 2, ... They are
    ///     others where training continues in the middle of an epoch, or where several processes
    ///     share the batches.
    ///   - random: where set, samples are augmented. Each sample has a stream of its own, which
    ///     follows from the number of its batch and its index.
    ///   - ahead: how many batches are read before they are needed.
    ///   - threads: how many batches are read at a time. Training needs the processors itself.
    public init(
        _ dataset: ImageDataset, batches: [[Int]], numbers: [Int]? = nil,
        random: RandomGenerator? = nil, ahead: Int = 4, threads: Int = 1
    ) {
        self.dataset = dataset
        self.batches = batches
        self.numbers = numbers ?? Array(batches.indices)
        require(self.numbers.count == batches.count, "BatchLoader: a number for each batch")
        self.random = random
        self.threads = max(1, threads)
        // The semaphore starts at 0 and is raised: one that is released below its starting value
        // ends the program.
        for _ in 0..<max(ahead, self.threads) { room.signal() }
        for _ in 0..<self.threads {
            let thread = Thread { [self] in read() }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    /// The next batch; `nil` after the last one.
    ///
    /// Its tensors are made on the caller's thread.
    ///
    /// - Throws: ``DatasetError`` where an image or a mask cannot be read.
    public func next() throws -> Batch? {
        let number = state.withLock { state -> Int in
            defer { state.requested += 1 }
            return state.requested
        }
        guard number < batches.count else { return nil }
        // With several threads, a later batch may be ready first.
        var result = state.withLock { $0.ready.removeValue(forKey: number) }
        while result == nil {
            filled.wait()
            result = state.withLock { $0.ready.removeValue(forKey: number) }
        }
        room.signal()
        guard let samples = try result?.get() else { return nil }
        return dataset.batch(batches[number], samples)
    }

    /// Ends the threads after the batches that they are reading.
    public func stop() {
        state.withLock { $0.isStopped = true }
        for _ in 0..<threads { room.signal() }
    }

    /// The number of images per second that reading alone reaches.
    public var imagesPerSecond: Double {
        state.withLock {
            $0.seconds > 0 ? Double($0.images) / $0.seconds * Double(threads) : 0
        }
    }

    private func read() {
        while true {
            room.wait()
            let next = state.withLock { state -> Int? in
                guard !state.isStopped, state.taken < batches.count else { return nil }
                defer { state.taken += 1 }
                return state.taken
            }
            guard let number = next else {
                // Another thread may wait for room at the end, too.
                room.signal()
                return
            }
            let indices = batches[number]
            let start = DispatchTime.now().uptimeNanoseconds
            let result = Result<[Sample], DatasetError> { () throws(DatasetError) in
                do {
                    return try indices.map {
                        try dataset.sample(
                            $0, random: random?.stream("\(numbers[number]) \($0)"))
                    }
                } catch let error as DatasetError {
                    throw error
                } catch {
                    throw DatasetError("batch \(number)", "\(error)")
                }
            }
            let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
            state.withLock {
                $0.ready[number] = result
                $0.seconds += seconds
                $0.images += indices.count
            }
            filled.signal()
        }
    }
}
