import PlumblineTensors
import XCTest

/// The graph itself: depth, release, what is computed, and repeatability.
final class GraphTests: XCTestCase {
    func testDeepChainIsDifferentiatedAndReleased() {
        let x = Tensor(1).asVariable
        var y = x
        for _ in 0..<100_000 { y = y + Float(0.00001) }
        XCTAssertEqual(gradient(of: y, withRespectTo: [x], keepGraph: true)[0].item, 1)
        y = x  // drops 100,000 nodes at once
        XCTAssertEqual(y.item, 1)
    }

    func testDeepRecordedChainIsReleased() {
        let x = Tensor(1.0001).asVariable
        var y = x
        for _ in 0..<20_000 { y = y * x }
        let first = gradient(of: y, withRespectTo: [x], createGraph: true)[0]
        XCTAssertTrue(gradient(of: first, withRespectTo: [x])[0].item.isFinite)
    }

    func testActivationsDieDuringTheSweep() {
        let count = 1 << 18
        let depth = 40
        // The objective is still held, so only the sweep can release the others.
        let x = Tensor.ones([count]).asVariable
        var y = x
        for _ in 0..<depth { y = y.tanh() }
        let total = y.sum()
        let alive = BufferPool.shared.usage.live
        y = x
        _ = gradient(of: total, withRespectTo: [x])
        XCTAssertLessThan(BufferPool.shared.usage.live, alive - (depth - 3) * count)
        XCTAssertEqual(total.count, 1)
    }

    func testGradientStopsAtWhatIsAskedFor() {
        let x = random([8, 8]).asVariable
        let w = random([8, 8], seed: 2).asVariable
        let y = x.matmul(w).relu().sum()
        let both = gradient(of: y, withRespectTo: [x, w], keepGraph: true)
        let one = gradient(of: y, withRespectTo: [x])
        XCTAssertEqual(both[0].values, one[0].values)
        let unrelated = Tensor.ones([3]).asVariable
        XCTAssertEqual(
            gradient(of: (unrelated * 2).sum(), withRespectTo: [x])[0].values,
            [Float](repeating: 0, count: 64))
    }

    func testIntermediateTensorsAreTargetsToo() {
        let x = Tensor(3).asVariable
        let y = x * x
        let z = y * y
        let found = gradient(of: z, withRespectTo: [y, x])
        XCTAssertEqual(found.map(\.item), [18, 108])
    }

    func testNothingIsRecordedWithoutGradients() {
        let x = Tensor(3).asVariable
        XCTAssertNil(withoutGradients { x * x }.node)
        XCTAssertNotNil((x * x).node)
    }

    func testSameSeedSameBits() {
        func once() -> [Float] {
            var r = RandomGenerator(seed: 7)
            let x = Tensor.normal([4, 33, 31, 16], using: &r).asVariable
            let w = Tensor.normal([24, 3, 3, 16], using: &r).asVariable
            let gamma = Tensor.ones([24]).asVariable
            let beta = Tensor.zeros([24]).asVariable
            let y = x.convolved(w, padding: 1).batchNorm(scale: gamma, offset: beta, relu: true).0
            let inner = gradient(of: y.power(2).sum(), withRespectTo: [x], createGraph: true)[0]
            return gradient(of: inner.power(2).sum(), withRespectTo: [w, gamma]).flatMap(\.values)
        }
        let first = once()
        for _ in 0..<3 { XCTAssertEqual(once(), first) }
    }

    func testPoolGivesBuffersBack() {
        let pool = BufferPool.shared
        // No other test allocates this size, so the first buffer is new.
        let size = 7 << 20
        let before = pool.usage
        do { _ = Tensor.zeros([size]) }
        XCTAssertEqual(pool.usage.live, before.live)
        XCTAssertEqual(pool.usage.kept, before.kept + size)
        do { _ = Tensor.zeros([size - 1000]) }
        XCTAssertEqual(pool.usage.kept, before.kept + size, "the kept buffer was used again")
    }

    func testTheCacheForgetsWhatWasUsedTheLongestAgo() {
        var made: [Int] = []
        var cache = RecentlyUsed<Int, String>(capacity: 2)
        func value(_ key: Int) -> String {
            cache.value(key) {
                made.append(key)
                return "\(key)"
            }
        }
        XCTAssertEqual([1, 2, 1, 3, 1, 2].map(value), ["1", "2", "1", "3", "1", "2"])
        XCTAssertEqual(made, [1, 2, 3, 2], "3 took the place of 2, which was older than 1")
        XCTAssertEqual(cache.count, 2)
    }

    func testOneDNNNeverFallsToItsReferenceLoop() throws {
        var geometries: [ConvolutionGeometry] = []
        func add(
            _ size: Int, _ inputs: Int, _ outputs: Int, _ kernel: Int, _ stride: Int,
            _ padding: Int, groups: Int = 1
        ) {
            geometries.append(
                ConvolutionGeometry(
                    batch: 2, height: size, width: size, inChannels: inputs, outChannels: outputs,
                    kernelHeight: kernel, kernelWidth: kernel,
                    stride: stride, padding: padding, groups: groups))
        }
        add(224, 3, 64, 7, 2, 3)
        add(224, 1, 64, 7, 2, 3)
        for size in [56, 28, 14, 7] { add(size, 128, 32, 3, 1, 1) }
        add(24, 24, 12, 3, 1, 1)
        add(96, 3, 24, 7, 2, 3)
        add(56, 64, 128, 1, 2, 0)
        add(14, 256, 256, 3, 2, 1)
        // ResNeXt: the first block of a stage, and the others.
        for (size, width) in [(56, 128), (28, 256), (14, 512), (7, 1024)] {
            if width > 128 { add(2 * size, width, width, 3, 2, 1, groups: 32) }
            add(size, width, width, 3, 1, 1, groups: 32)
        }
        for geometry in geometries {
            for member in [ConvolutionMember.forward, .inputGradient, .weightGradient] {
                let name = convolutionImplementation(member, geometry)
                XCTAssertFalse(name.contains("ref"), "\(member) of \(geometry): \(name)")
            }
        }
        for (rows, columns, depth) in [(788, 3072, 768), (12544, 128, 512), (196, 40, 48)] {
            for (transposed, accumulates) in [
                (false, false), (false, true), (true, false), (true, true),
            ] {
                let name = try XCTUnwrap(
                    productImplementation(
                        rows: rows, columns: columns, depth: depth, weightIsTransposed: transposed,
                        accumulates: accumulates))
                XCTAssertFalse(
                    name.contains("ref"), "product \(rows) x \(columns) x \(depth): \(name)")
            }
        }
    }
}
