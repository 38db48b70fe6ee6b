import Foundation
import Synchronization
import PlumblineTensors

/// Reads batches ahead on one thread of its own, in the order asked for. It calls no parallel loop,
/// so it does not disturb training's threads.
public final class BatchLoader: Sendable {
    private struct State: Sendable {
        var ready: [Int: Result<[Sample], DatasetError>] = [:]
        var next = 0
        var wanted = 0
        var isStopped = false
        var seconds = 0.0
        var images = 0
    }
    private let dataset: ImageDataset
    private let batches: [[Int]], firstNumber: Int
    private let random: RandomGenerator?
    private let state = Mutex(State())
    private let filled = DispatchSemaphore(value: 0), room = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - batches: indices of each batch's samples.
    ///   - firstNumber: the number of the first batch within its epoch; a resumed epoch begins in
    ///   the middle.
    ///   - random: where set, samples are augmented, each by a stream of this generator that its
    ///   batch's number and its index name.
    ///   - ahead: batches read before they are asked for.
    public init(
        _ dataset: ImageDataset, batches: [[Int]], firstNumber: Int = 0,
        random: RandomGenerator? = nil, ahead: Int = 4
    ) {
        self.dataset = dataset
        self.batches = batches
        self.firstNumber = firstNumber
        self.random = random
        // Signalled up instead of begun at: a semaphore that dies below the value it began with
        // ends the program.
        for _ in 0..<ahead { room.signal() }
        let thread = Thread { [self] in read() }
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// The next batch, or `nil` after the last. Its tensors are made on the caller's thread.
    /// - Throws: ``DatasetError`` where an image or mask could not be read.
    public func next() throws -> Batch? {
        let number = state.withLock { state -> Int in
            defer { state.wanted += 1 }
            return state.wanted
        }
        guard number < batches.count else { return nil }
        filled.wait()
        let result = state.withLock { $0.ready.removeValue(forKey: number) }
        room.signal()
        guard let samples = try result?.get() else { return nil }
        return dataset.batch(batches[number], samples)
    }

    /// Ends the thread after the batch it is at.
    public func stop() {
        state.withLock { $0.isStopped = true }
        room.signal()
    }

    /// Images a second that reading alone achieves.
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
                } catch let error as DatasetError { throw error } catch {
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
