import COpenBLAS
import PlumblineTensors
import XCTest

/// Values of operations against independent computations, and what they do with NaN and infinities.
final class OperationTests: XCTestCase {
    func testMatmulAgainstOpenBLAS() {
        for (m, n, k) in [(1, 1, 1), (7, 5, 3), (64, 33, 129)] {
            let a = random([m, k])
            let b = random([n, k], seed: 2)
            var expected = [Float](repeating: 0, count: m * n)
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasTrans, Int32(m), Int32(n), Int32(k), 1, a.values,
                Int32(k), b.values, Int32(k), 0, &expected, Int32(n))
            assertClose(a.matmul(b, otherTransposed: true).values, expected, 1e-5)
        }
    }

    func testConvolutionAgainstItsDefinition() {
        let x = random([2, 6, 5, 4])
        let w = random([6, 3, 2, 2], seed: 2)
        let y = x.convolved(w, stride: 2, padding: 1, groups: 2)
        XCTAssertEqual(y.shape, [2, 3, 3, 6])
        let (xs, ws) = (x.values, w.values)
        var expected: [Float] = []
        for n in 0..<2 {
            for oy in 0..<3 {
                for ox in 0..<3 {
                    for o in 0..<6 {
                        var sum: Float = 0
                        for ky in 0..<3 {
                            for kx in 0..<2 {
                                for i in 0..<2 {
                                    let iy = oy * 2 + ky - 1
                                    let ix = ox * 2 + kx - 1
                                    guard (0..<6).contains(iy), (0..<5).contains(ix) else {
                                        continue
                                    }
                                    sum +=
                                        xs[((n * 6 + iy) * 5 + ix) * 4 + o / 3 * 2 + i]
                                        * ws[((o * 3 + ky) * 2 + kx) * 2 + i]
                                }
                            }
                        }
                        expected.append(sum)
                    }
                }
            }
        }
        assertClose(y.values, expected, 1e-5)
    }

    /// 3 x 3 convolutions large enough for Winograd's algorithm, and first convolutions of one and
    /// three channels, with odd sizes, every padding and channels that fill no panel.
    func testConvolutionsOfOurOwnAgainstSumsInDouble() {
        func all(
            _ size: (Int, Int), _ inputs: Int, _ outputs: Int, _ kernel: Int, _ stride: Int,
            _ padding: Int
        ) -> [[Float]] {
            let x = random([2, size.0, size.1, inputs]).asVariable
            let w = random([outputs, kernel, kernel, inputs], seed: 2).asVariable
            let y = x.convolved(w, stride: stride, padding: padding)
            let upstream = random(y.shape, seed: 3)
            return [y.values]
                + gradient(of: (y * upstream).sum(), withRespectTo: [x, w]).map(\.values)
        }
        for (size, inputs, outputs, kernel, stride, padding) in [
            ((14, 14), 16, 16, 3, 1, 1), ((15, 11), 24, 40, 3, 1, 1), ((13, 17), 40, 16, 3, 1, 0),
            ((12, 10), 16, 24, 3, 1, 2),
            ((31, 29), 296, 48, 3, 1, 1), ((29, 23), 3, 10, 7, 2, 3), ((16, 24), 1, 8, 8, 8, 0),
            ((11, 14), 3, 5, 3, 1, 1), ((5, 4), 2, 3, 4, 3, 1),
            ((6, 2), 1, 4, 3, 1, 4),
        ] {
            let precise = withPreciseProducts {
                all(size, inputs, outputs, kernel, stride, padding)
            }
            for (fast, precise) in zip(all(size, inputs, outputs, kernel, stride, padding), precise)
            {
                let difference = zip(fast, precise).reduce(0.0) {
                    $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1)
                }
                let square = precise.reduce(0.0) { $0 + Double($1) * Double($1) }
                XCTAssertLessThan(
                    (difference / square).squareRoot(), 1e-6,
                    "\(size), \(inputs) to \(outputs), \(kernel) / \(stride), padding \(padding)")
            }
        }
    }

    func testBroadcastingAgainstItsDefinition() {
        let a = random([2, 1, 3, 1])
        let b = random([4, 1, 5], seed: 2)
        let y = (a * b)
        XCTAssertEqual(y.shape, [2, 4, 3, 5])
        let (av, bv) = (a.values, b.values)
        var expected: [Float] = []
        for i in 0..<2 {
            for j in 0..<4 {
                for k in 0..<3 { for l in 0..<5 { expected.append(av[i * 3 + k] * bv[j * 5 + l]) } }
            }
        }
        XCTAssertEqual(y.values, expected)
        XCTAssertEqual((Tensor(2) + Tensor([1, 2], shape: [2])).values, [3, 4])
    }

    func testFunctionsAgainstFoundation() {
        let x = Tensor((-400...400).map { Float($0) / 40 }, shape: [801])
        let checks: [(String, Tensor, (Double) -> Double)] = [
            ("exp", x.exp(), exp), ("tanh", x.tanh(), tanh), ("erf", x.erf(), erf),
            ("sigmoid", x.sigmoid(), { 1 / (1 + exp(-$0)) }),
            ("softplus", x.softplus(), { log1p(exp(-abs($0))) + max($0, 0) }),
            ("gelu", x.gelu(), { 0.5 * $0 * (1 + erf($0 / 2.0.squareRoot())) }),
        ]
        for (name, y, function) in checks {
            for (input, value) in zip(x.values, y.values) {
                let expected = function(Double(input))
                XCTAssertEqual(
                    Double(value), expected, accuracy: 6e-7 * max(1, abs(expected)),
                    "\(name)(\(input))")
            }
        }
    }

    func testNaNAndInfinity() {
        let x = Tensor([.nan, .infinity, -.infinity, 0], shape: [4])
        XCTAssertTrue(x.relu().values[0].isNaN)
        XCTAssertEqual(Array(x.relu().values[1...]), [.infinity, 0, 0])
        XCTAssertEqual(Array(x.exp().values[1...]), [.infinity, 0, 1])
        XCTAssertTrue(
            x.exp().values[0].isNaN && x.tanh().values[0].isNaN && x.erf().values[0].isNaN
                && x.gelu().values[0].isNaN)
        XCTAssertEqual(Array(x.tanh().values[1...]), [1, -1, 0])
        XCTAssertTrue(x.max().item.isNaN && x.min().item.isNaN && x.sum().item.isNaN)
        XCTAssertEqual((x .> 0).values, [0, 1, 0, 0])
        let row = Tensor([0, -.infinity, 0], shape: [1, 3]).softmax().values
        XCTAssertEqual(row, [0.5, 0, 0.5])
        // What is not selected reaches neither the result nor the gradient.
        let v = Tensor([1, 2], shape: [2]).asVariable
        let bad = Tensor([.nan, .infinity], shape: [2]).asVariable
        let chosen = select(Tensor([1, 1], shape: [2]), v, bad)
        XCTAssertEqual(chosen.values, [1, 2])
        XCTAssertEqual(gradient(of: chosen.sum(), withRespectTo: [bad])[0].values, [0, 0])
    }

    func testTiesShareTheGradient() {
        let x = Tensor([3, 1, 3, 3], shape: [4]).asVariable
        assertClose(
            gradient(of: x.max(), withRespectTo: [x])[0].values, [1 / 3.0, 0, 1 / 3.0, 1 / 3.0],
            1e-7)
        let y = Tensor([2, 2, 1, 1], shape: [1, 2, 2, 1]).asVariable
        XCTAssertEqual(
            gradient(of: y.maxPooled(kernel: 2, stride: 2).sum(), withRespectTo: [y])[0].values,
            [1, 0, 0, 0])
    }

    func testResizeKnownValues() {
        let x = Tensor([0, 1, 2, 3], shape: [1, 1, 4, 1])
        // PyTorch: interpolate(mode="bilinear") of [0, 1, 2, 3] to 8 and to 2.
        assertClose(
            x.resized(height: 1, width: 8).values, [0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3], 1e-6)
        assertClose(x.resized(height: 1, width: 2).values, [0.5, 2.5], 1e-6)
        assertClose(
            x.resized(height: 1, width: 7, alignCorners: true).values, [0, 0.5, 1, 1.5, 2, 2.5, 3],
            1e-6)
        assertClose(
            x.resized(height: 1, width: 2, antialias: true).values, [0.7142857, 2.2857143], 1e-6)
    }

    func testLinearMapsAreTheirTransposesAdjoints() {
        let x = random([2, 5, 7, 3]).asVariable
        let y = x.resized(height: 3, width: 11)
        let u = random([2, 3, 11, 3], seed: 9)
        let back = gradient(of: y, withRespectTo: [x], upstream: u)[0]
        XCTAssertEqual((y * u).sum().item, (x * back).sum().item, accuracy: 1e-4)
    }

    func testDropoutKeepsTheMean() {
        var r = RandomGenerator(seed: 5)
        let y = Tensor.ones([100, 100]).dropout(0.25, using: &r)
        XCTAssertEqual(y.mean().item, 1, accuracy: 0.03)
        XCTAssertEqual(Set(y.values).count, 2)
    }

    private func assertClose(
        _ a: [Float], _ b: [Float], _ tolerance: Float, file: StaticString = #filePath,
        line: UInt = #line
    ) {
        XCTAssertEqual(a.count, b.count, file: file, line: line)
        for (index, pair) in zip(a, b).enumerated() {
            XCTAssertEqual(
                pair.0, pair.1, accuracy: tolerance * max(1, abs(pair.1)), "value \(index)",
                file: file, line: line)
        }
    }
}
