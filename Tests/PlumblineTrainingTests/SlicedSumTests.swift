import Foundation
import PlumblineTraining
import Synchronization
import XCTest

/// Sums of gradients over several processes, with threads in their place.
final class SlicedSumTests: XCTestCase {
    /// Threads that exchange arrays by a board that all of them see.
    private final class Board: Sendable {
        let size: Int
        private let posts: Mutex<[[[Float]]]> = Mutex([])
        private let condition = Condition()

        init(_ size: Int) { self.size = size }

        /// Posts the parts for each rank in a round, and returns what all have posted.
        func post(_ parts: [[Float]], _ rank: Int, round: Int) -> [[[Float]]] {
            condition.meet(round * size + rank, of: round, size: size, parts)
        }
    }

    /// Waits until all members of a round have posted.
    private final class Condition: @unchecked Sendable {
        private let lock = NSCondition()
        private var rounds: [Int: [Int: [[Float]]]] = [:]

        func meet(_ member: Int, of round: Int, size: Int, _ parts: [[Float]]) -> [[[Float]]] {
            lock.lock()
            defer { lock.unlock() }
            rounds[round, default: [:]][member % size] = parts
            lock.broadcast()
            while rounds[round]!.count < size { lock.wait() }
            return (0..<size).map { rounds[round]![$0]! }
        }
    }

    private final class ThreadTeam: TrainingTeam {
        let rank: Int
        let size: Int
        private let board: Board
        private var round = 0

        init(_ rank: Int, _ board: Board) {
            self.rank = rank
            size = board.size
            self.board = board
        }

        private func all(_ parts: [[Float]]) -> [[[Float]]] {
            defer { round += 1 }
            return board.post(parts, rank, round: round)
        }

        func exchange(_ values: [Float], counts: [Int], receiving received: [Int]) -> [Float] {
            var rest = values[...]
            let parts = counts.map { count in
                defer { rest = rest.dropFirst(count) }
                return Array(rest.prefix(count))
            }
            let result = all(parts).map { $0[rank] }
            XCTAssertEqual(result.map(\.count), received)
            return result.flatMap { $0 }
        }

        func join(_ part: [Float], counts: [Int]) -> [Float] {
            let result = all([part]).map { $0[0] }
            XCTAssertEqual(result.map(\.count), counts)
            return result.flatMap { $0 }
        }

        func gather(_ bytes: UnsafeRawBufferPointer) -> [[UInt8]] { fatalError("not used") }
        func broadcast(_ values: [Float]) -> [Float] { fatalError("not used") }
    }

    /// Gradients whose sum depends on the order: large and small values of both signs.
    private func gradients(_ batches: Int, count: Int) -> [[Float]] {
        (0..<batches).map { batch in
            (0..<count).map { index in
                let sign: Float = (batch + index) % 3 == 0 ? -1 : 1
                return sign * Float(sin(Double(batch * 31 + index * 7)))
                    * Float(pow(10.0, Double((batch * 5 + index) % 9)))
            }
        }
    }

    private func sum(_ gradients: [[Float]], processes: Int) -> [[Float]] {
        let board = Board(processes)
        let results = Mutex([[Float]](repeating: [], count: processes))
        let group = DispatchGroup()
        for rank in 0..<processes {
            group.enter()
            Thread {
                let team = ThreadTeam(rank, board)
                var sum = SlicedSum(team, count: gradients[0].count)
                for first in stride(from: 0, to: gradients.count, by: processes) {
                    let members = min(processes, gradients.count - first)
                    do {
                        try sum.add(
                            rank < members ? gradients[first + rank] : nil, members: members)
                    } catch { XCTFail("\(error)") }
                }
                let total = try? sum.total()
                results.withLock { $0[rank] = total ?? [] }
                group.leave()
            }.start()
        }
        group.wait()
        return results.withLock { $0 }
    }

    func testAnyNumberOfProcessesGivesTheBitsOfOne() {
        for batches in [1, 2, 5, 8] {
            let gradients = gradients(batches, count: 23)
            var expected = gradients[0]
            for gradient in gradients.dropFirst() {
                for index in expected.indices { expected[index] += gradient[index] }
            }
            for processes in [1, 2, 3, 4, 30] {
                for total in sum(gradients, processes: processes) {
                    XCTAssertEqual(
                        total.map(\.bitPattern), expected.map(\.bitPattern),
                        "\(batches) batches, \(processes) processes")
                }
            }
        }
        // The order matters for these values, so the test can fail.
        let gradients = gradients(8, count: 23)
        XCTAssertNotEqual(
            sum(gradients, processes: 2)[0], sum(gradients.reversed(), processes: 2)[0])
    }
}
