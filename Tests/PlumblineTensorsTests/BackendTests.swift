import PlumblineTensors
import XCTest

/// Every verb of the back end on the CPU and on the reference back end, whose loops share no code
/// with it: the values and the derivatives of first and second order must agree.
final class BackendTests: XCTestCase {
    private typealias Function = ([Tensor]) -> Tensor

    func testElementwiseVerbs() {
        let x = random([5, 1, 7], low: -3, high: 3)
        let y = random([3, 7], seed: 2, low: -3, high: 3)
        let positive = random([9, 5], low: 0.5, high: 2)
        check("add", [x, y]) { $0[0] + $0[1] * $0[1] }
        check("subtract", [x, y]) { $0[0] * $0[0] - $0[1] }
        check("multiply", [x, y]) { $0[0] * $0[1] }
        check("divide", [y, random([7], seed: 3, low: 0.5, high: 2)]) { $0[0] / $0[1] }
        check("power", [positive]) { $0[0].power(2.5) }
        check("scaled", [x]) { $0[0] * -0.3 * $0[0] }
        check("exp", [x]) { $0[0].exp() }
        check("log", [positive]) { $0[0].log() }
        check("sqrt", [positive]) { $0[0].sqrt() }
        check("reciprocal", [positive]) { $0[0].reciprocal() }
        check("tanh", [x]) { $0[0].tanh() }
        check("erf", [x]) { $0[0].erf() }
        check("sigmoid", [x]) { $0[0].sigmoid() }
        check("softplus", [x]) { $0[0].softplus() }
        check("abs", [x]) { $0[0].abs() * $0[0] }
        check("relu", [x]) { $0[0].relu() * $0[0] }
        check("gelu", [x]) { $0[0].gelu() }
        check("select", [x, y]) { select($0[0] .> $0[1], $0[0] * $0[1], $0[1]) }
        check("comparisons", [x, y]) { ($0[0] .>= $0[1]) + ($0[0] .== $0[0]) }
        // Long enough to be split between threads.
        check("add, in parallel", [random([200, 301]), random([301], seed: 2)]) {
            ($0[0] + $0[1]) * $0[1]
        }
    }

    func testVerbsThatMoveValues() {
        let x = random([3, 4, 5])
        check("broadcast", [random([3, 1, 1, 2])]) {
            $0[0].broadcast(to: [2, 3, 4, 1, 2]).power(2)
        }
        check("transpose", [x]) { $0[0].power(2).transposed([2, 0, 1]) }
        check("transpose of the last axes", [x]) { $0[0].power(2).transposed([0, 2, 1]) }
        check("slice", [x]) { $0[0].power(2).sliced(1, 1..<3) }
        check("pad", [x]) { $0[0].power(2).padded(0, before: 2, after: 1) }
        check("concatenate", [x, random([3, 1, 5])]) {
            concatenate([$0[0], $0[1] * $0[1], $0[0] * $0[0]], axis: 1)
        }
        check("split", [x]) {
            let parts = $0[0].split([1, 3, 1], axis: 2)
            return parts[0] * parts[1] * parts[2]
        }
        check("roll", [x]) { $0[0].rolled(2, by: -2) * $0[0] }
        check("gather", [x]) { $0[0].power(2).gathered([3, 0, 3], axis: 1) }
        check("scatter", [x]) { $0[0].power(2).scattered([4, 0, 4], axis: 0, size: 5) }
        check("resize", [random([2, 5, 3, 2])]) { $0[0].power(2).resized(height: 4, width: 7) }
        check("blur", [random([1, 9, 7, 2])]) { $0[0].power(2).blurred(deviation: 1.5) }
    }

    func testReductions() {
        let x = random([4, 3, 5, 2])
        for axes in [[0], [3], [1, 2], [0, 3], [0, 1, 2, 3]] {
            check("sum \(axes)", [x]) { $0[0].power(3).sum(axes) }
            check("max \(axes)", [x]) { $0[0].max(axes).power(2) }
            check("min \(axes)", [x]) { $0[0].min(axes).power(2) }
        }
        check("sum, in parallel", [random([400, 201])]) { $0[0].power(2).sum([0]) }
        check("softmax", [random([7, 9], low: -5, high: 5)]) { $0[0].softmax() }
        check("logSoftmax", [random([7, 9], low: -5, high: 5)]) { $0[0].logSoftmax() }
        let large = random([300, 101], low: -3, high: 3)
        let squares = large.values.reduce(0.0) { $0 + Double($1) * Double($1) }
        XCTAssertEqual(large.sumOfSquares, squares, accuracy: 1e-5 * squares)
        XCTAssertEqual(
            withPreciseProducts { large.sumOfSquares }, squares, accuracy: 1e-12 * squares)
    }

    func testContractions() {
        for (a, b) in [(false, false), (true, false), (false, true), (true, true)] {
            check(
                "matmul \(a) \(b)",
                [
                    random(a ? [5, 7, 3] : [5, 3, 7]), random(b ? [5, 4, 7] : [5, 7, 4], seed: 2),
                    random([4], seed: 3),
                ]
            ) {
                $0[0].matmul($0[1], transposed: a, otherTransposed: b, bias: $0[2]).power(2)
            }
        }
        // As a 1 x 1 convolution, and by sgemm.
        for (rows, columns, depth) in [(200, 40, 48), (150, 33, 47)] {
            check(
                "linear \(rows)",
                [
                    random([rows, depth]), random([columns, depth], seed: 2),
                    random([columns], seed: 3),
                ]
            ) { $0[0].linear($0[1], $0[2]).power(2) }
        }
        // By Winograd's algorithm, by products with windows, grouped, and by oneDNN alone.
        for (size, inputs, outputs, kernel, stride, padding, groups) in [
            (12, 16, 24, 3, 1, 1, 1), (15, 3, 8, 7, 2, 3, 1), (9, 8, 6, 3, 1, 1, 2),
            (9, 12, 8, 3, 2, 0, 1),
        ] {
            check(
                "convolution \(inputs) to \(outputs), \(kernel)/\(stride)",
                [
                    random([2, size, size, inputs]),
                    random([outputs, kernel, kernel, inputs / groups], seed: 2),
                    random([outputs], seed: 3),
                ]
            ) {
                $0[0].convolved(
                    $0[1], bias: $0[2], stride: stride, padding: padding, groups: groups
                ).power(2)
            }
        }
    }

    func testPooling() {
        let x = random([3, 7, 8, 5])
        check("maxPool", [x]) { $0[0].maxPooled(kernel: 3, stride: 2, padding: 1).power(2) }
        for countsPadding in [false, true] {
            check("averagePool", [x]) {
                $0[0].averagePooled(
                    kernel: 3, stride: 2, padding: 1, countsPadding: countsPadding
                ).power(2)
            }
        }
        check("globalAveragePool", [x]) { $0[0].power(2).globalAveragePooled() }
        check("adaptiveAveragePool", [x]) {
            $0[0].power(2).adaptiveAveragePooled(height: 3, width: 2)
        }
    }

    func testNormalisation() {
        let x = random([6, 5, 7, 8])
        let gamma = random([8], seed: 2, low: 0.5, high: 1.5)
        let beta = random([8], seed: 3)
        for relu in [false, true] {
            check("batchNorm, relu \(relu)", [x, gamma, beta]) {
                $0[0].batchNorm(scale: $0[1], offset: $0[2], relu: relu).0.power(2)
            }
            check("frozen batchNorm, relu \(relu)", [x, gamma, beta]) {
                $0[0].batchNorm(
                    scale: $0[1], offset: $0[2], mean: beta, variance: gamma, relu: relu
                ).power(2)
            }
        }
        check("layerNorm", [random([5, 6, 8]), gamma, beta]) {
            $0[0].layerNorm(scale: $0[1], offset: $0[2]).power(2)
        }
    }

    func testAttention() {
        let qkv = random([4, 5, 3 * 2 * 3], low: -2, high: 2)
        let bias = random([2, 5, 5], seed: 2)
        let mask = Tensor((0..<50).map { $0 % 7 == 3 ? -100 : 0 }, shape: [2, 5, 5])
        check("attention", [qkv]) { $0[0].attention(heads: 2).power(2) }
        check("attention with a bias", [qkv, bias]) {
            $0[0].attention(heads: 2, bias: $0[1]).power(2)
        }
        check("attention with a constant bias", [qkv]) {
            $0[0].attention(heads: 2, bias: bias).power(2)
        }
        check("attention with a bias and a mask", [qkv, bias]) {
            $0[0].attention(heads: 2, bias: $0[1], mask: mask).power(2)
        }
    }

    func testAdamW() {
        func stepped() -> [[Float]] {
            let value = random([37]) * 1
            let first = random([37], seed: 2) * 0.1
            let second = random([37], seed: 3, low: 0.1, high: 1)
            let step = AdamWStep(
                step: 3, learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8,
                weightDecay: 0.1, gradientScale: 0.5)
            value.updateByAdamW(
                step, gradient: random([37], seed: 4), firstMoment: first, secondMoment: second)
            return [value, first, second].map(\.values)
        }
        for (fast, reference) in zip(stepped(), withPreciseProducts(stepped)) {
            assertClose("AdamW", fast, reference)
        }
    }

    func testRandomValuesAreTheSameEverywhere() {
        func drawn() -> [[Float]] {
            var generator = RandomGenerator(seed: 5)
            return [
                Tensor.normal([9001], deviation: 2, using: &generator).values,
                Tensor.uniform([9001], -1, 3, using: &generator).values,
                [generator.uniform()],
            ]
        }
        let values = drawn()
        XCTAssertEqual(values, withPreciseProducts(drawn))
        let mean = values[0].reduce(0, +) / 9001
        let variance = values[0].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 9001
        XCTAssertEqual(mean, 0, accuracy: 0.1)
        XCTAssertEqual(variance, 4, accuracy: 0.25)
        XCTAssertEqual(values[1].reduce(0, +) / 9001, 1, accuracy: 0.05)
    }

    func testNaNAndInfinityAreTreatedAlike() {
        let x = Tensor([.nan, .infinity, -.infinity, 0, -1, 2], shape: [1, 6])
        func all() -> [[Float]] {
            let image = Tensor([1, .nan, 3, 3, .nan, 0], shape: [1, 2, 3, 1])
            let finite = Tensor([0, -.infinity, 0], shape: [1, 3])
            return [
                x.relu(), x.tanh(), x.erf(), x.sigmoid(), x.abs(), x.exp(), x .> 0, x .>= 0,
                x .== x, x.max(), x.min(), x.sum(), x.softmax(), x.logSoftmax(), finite.softmax(),
                finite.max([1]), image.maxPooled(kernel: 2, stride: 1),
                x.sliced(1, 1..<6).max(), x.sliced(1, 1..<6).min(),
            ].map(\.values)
        }
        for (index, (fast, reference)) in zip(all(), withPreciseProducts(all)).enumerated() {
            for (a, b) in zip(fast, reference) {
                XCTAssertTrue(
                    a == b || (a.isNaN && b.isNaN) || abs(a - b) < 1e-6,
                    "quantity \(index): \(a) and \(b)")
            }
        }
    }

    func testEmptyTensorsStayEmpty() {
        func all() -> [[Int]] {
            let x = Tensor.zeros([0, 3])
            return [
                (x * 2).shape, (x + Tensor([1, 2, 3], shape: [3])).shape,
                x.transposed([1, 0]).shape,
                concatenate([x, .ones([2, 3])], axis: 0).shape, x.sum([0]).shape, x.relu().shape,
            ]
        }
        let shapes = [[0, 3], [0, 3], [3, 0], [2, 3], [3], [0, 3]]
        XCTAssertEqual(all(), shapes)
        XCTAssertEqual(withPreciseProducts(all), shapes)
    }

    /// Compares the value of `function` and its derivatives on the two back ends.
    private func check(
        _ name: String, _ inputs: [Tensor], file: StaticString = #filePath, line: UInt = #line,
        _ function: @escaping Function
    ) {
        let fast = quantities(inputs, function)
        let reference = withPreciseProducts { quantities(inputs, function) }
        for (quantity, values) in fast {
            assertClose("\(name), \(quantity)", values, reference[quantity]!, file, line)
        }
    }

    private func quantities(_ inputs: [Tensor], _ function: Function) -> [String: [Float]] {
        var generator = RandomGenerator(seed: 42)
        let variables = inputs.map(\.asVariable)
        let value = function(variables)
        var result = ["value": value.values]
        guard value.node != nil else { return result }
        let objective = (value * .normal(value.shape, using: &generator)).sum()
        for (index, g) in gradient(of: objective, withRespectTo: variables, keepGraph: true)
            .enumerated()
        {
            result["first derivative \(index)"] = g.values
        }
        // Fused operations run other code where only the gradient of their input is differentiated,
        // as in the alignment of a model, than where that of their parameters is too.
        for targets in variables.count == 1 ? [1] : [1, variables.count] {
            let first = gradient(
                of: objective, withRespectTo: Array(variables[..<targets]), createGraph: true)
            let weights = first.map { Tensor.normal($0.shape, using: &generator) }
            let next = zip(first, weights).map { ($0 * $1).sum() }.reduce(Tensor(0), +)
            guard next.node != nil else { continue }
            let second = gradient(of: next, withRespectTo: variables, keepGraph: true)
            for (index, g) in second.enumerated() {
                result["derivative \(index) of \(targets) gradients"] = g.values
            }
        }
        return result
    }

    private func assertClose(
        _ name: String, _ a: [Float], _ b: [Float], _ file: StaticString = #filePath,
        _ line: UInt = #line
    ) {
        XCTAssertEqual(a.count, b.count, name, file: file, line: line)
        let scale = max(1e-3, b.map(abs).max() ?? 0)
        let difference = zip(a, b).map { abs($0 - $1) }.max() ?? 0
        // Also fails where a value is NaN.
        XCTAssertTrue(
            difference <= 1e-5 * scale, "\(name): differs by \(difference / scale)", file: file,
            line: line)
    }
}
