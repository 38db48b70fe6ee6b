import Foundation
import Synchronization
import PlumblineTensors

/// Reads batches ahead, on one thread of its own, in the order in which they are needed.
///
/// The thread does not call parallel loops, so it does not disturb the threads of training.
public final class BatchLoader: Sendable {
    private struct State: Sendable {
        var ready: [Int: Result<[Sample], DatasetError>] = [:]
        /// The number of batches that were asked for.
        var requested = 0
        var isStopped = false
        /// The time that reading took, in seconds.
        var seconds = 0.0
        var images = 0
    }

    private let dataset: ImageDataset
    private let batches: [[Int]]
    private let firstNumber: Int
    private let random: RandomGenerator?
    private let state = Mutex(State())
    /// Counts the batches that are ready.
    private let filled = DispatchSemaphore(value: 0)
    /// Counts the batches that may still be read ahead.
    private let room = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - batches: the indices of the samples of each batch.
    ///   - firstNumber: the number of the first batch within its epoch. It is not 0 where training
    ///     continues in the middle of an epoch.
    ///   - random: where set, samples are augmented. Each sample has a stream of its own, which
    ///     follows from the number of its batch and its index.
    ///   - ahead: how many batches are read before they are needed.
    public init(
        _ dataset: ImageDataset, batches: [[Int]], firstNumber: Int = 0,
        random: RandomGenerator? = nil, ahead: Int = 4
    ) {
        self.dataset = dataset
        self.batches = batches
        self.firstNumber = firstNumber
        self.random = random
        // The semaphore starts at 0 and is raised: one that is released below its starting value
        // ends the program.
        for _ in 0..<ahead { room.signal() }
        let thread = Thread { [self] in read() }
        thread.stackSize = 8 << 20
        thread.start()
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
        filled.wait()
        let result = state.withLock { $0.ready.removeValue(forKey: number) }
        room.signal()
        guard let samples = try result?.get() else { return nil }
        return dataset.batch(batches[number], samples)
    }

    /// Ends the thread after the batch that it is reading.
    public func stop() {
        state.withLock { $0.isStopped = true }
        room.signal()
    }

    /// The number of images per second that reading alone reaches.
    public var rate: Double {
        state.withLock { $0.seconds > 0 ? Double($0.images) / $0.seconds : 0 }
    }

    private func read() {
        for (number, indices) in batches.enumerated() {
            room.wait()
            if state.withLock({ $0.isStopped }) { return }
            let start = DispatchTime.now().uptimeNanoseconds
            let result = Result<[Sample], DatasetError> { () throws(DatasetError) in
                do {
                    return try indices.map {
                        try dataset.sample(
                            $0, random: random?.stream("\(firstNumber + number) \($0)"))
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
