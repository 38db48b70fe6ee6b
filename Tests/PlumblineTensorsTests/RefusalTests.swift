import Foundation
import PlumblineTensors
import XCTest

/// Misuse stops the program with the operation's name and the shapes: seen from outside, by a
/// process that does it.
final class RefusalTests: XCTestCase {
    private static let variable = "PLUMBLINE_REFUSAL"

    private static let cases: [(words: String, misuse: @Sendable () -> Void)] = [
        (
            "+: shapes [2, 3] and [4] do not broadcast",
            { _ = Tensor.ones([2, 3]) + Tensor.ones([4]) }
        ),
        ("matmul: shapes [2, 3] and [4, 5]", { _ = Tensor.ones([2, 3]).matmul(.ones([4, 5])) }),
        (
            "convolution: image [0, 5, 5, 3], weight [4, 3, 3, 3]",
            { _ = Tensor.zeros([0, 5, 5, 3]).convolved(.ones([4, 3, 3, 3])) }
        ),
        (
            "batchNorm: shape [0, 7] with scale [7]",
            { _ = Tensor.zeros([0, 7]).batchNorm(scale: .ones([7]), offset: .ones([7])) }
        ),
        (
            "layerNorm: shape [2, 7] with scale [6]",
            { _ = Tensor.ones([2, 7]).layerNorm(scale: .ones([6]), offset: .ones([6])) }
        ),
        (
            "maxPool: window 3, stride 2, padding 0 over shape [0, 8, 8, 1]",
            { _ = Tensor.zeros([0, 8, 8, 1]).maxPooled(kernel: 3, stride: 2) }
        ),
        (
            "attention: shape [1, 4, 10] for 3 heads",
            { _ = Tensor.ones([1, 4, 10]).attention(heads: 3) }
        ),
        ("mean: shape [0, 3] is empty", { _ = Tensor.zeros([0, 3]).mean() }),
        (
            "binaryCrossEntropy: logits [0], targets [0]",
            { _ = Tensor.zeros([0]).binaryCrossEntropy(.zeros([0])) }
        ),
        ("reshape: shape [2, 3] to [4, -1]", { _ = Tensor.ones([2, 3]).reshaped([4, -1]) }),
        (
            "concatenate along 1: shapes [2, 1] and [3, 1]",
            { _ = concatenate([.ones([2, 1]), .ones([3, 1])], axis: 1) }
        ),
        (
            "Plumbline computes on one thread: another thread owns the engine",
            { onASecondThread { _ = Tensor.ones([2]) } }
        ),
        (
            "Plumbline computes on one thread: another thread owns the engine",
            {
                let x = Tensor.ones([2, 3]).asVariable
                // This records a node and computes nothing.
                onASecondThread { _ = x.reshaped([3, 2]) }
            }
        ),
        ("is in no graph", { _ = gradient(of: Tensor(1), withRespectTo: [Tensor(1)]) }),
        (
            "the graph was released by an earlier gradient",
            {
                let x = Tensor(2).asVariable
                let y = (x * x).sum()
                for _ in 0..<2 { _ = gradient(of: y, withRespectTo: [x]) }
            }
        ),
    ]

    /// Runs `body` on another thread after this one has become the engine's owner.
    private static func onASecondThread(_ body: @escaping @Sendable () -> Void) {
        _ = Tensor.ones([1])
        let done = DispatchSemaphore(value: 0)
        Thread {
            body()
            done.signal()
        }.start()
        done.wait()
    }

    func testMisuseIsNamed() throws {
        if let chosen = ProcessInfo.processInfo.environment[Self.variable].flatMap(Int.init) {
            Self.cases[chosen].misuse()
            return
        }
        for (index, entry) in Self.cases.enumerated() {
            let process = Process()
            let errors = Pipe()
            process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
            process.arguments = ["\(String(reflecting: Self.self))/testMisuseIsNamed"]
            process.environment = ProcessInfo.processInfo.environment.merging(
                [Self.variable: "\(index)", "SWIFT_BACKTRACE": "enable=no"]
            ) { $1 }
            process.standardError = errors
            process.standardOutput = Pipe()
            try process.run()
            let text = String(
                decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            XCTAssertEqual(process.terminationReason, .uncaughtSignal, entry.words)
            XCTAssertTrue(text.contains(entry.words), "\(entry.words): \(text)")
        }
    }
}
