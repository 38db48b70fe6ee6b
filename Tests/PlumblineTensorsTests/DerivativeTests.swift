import PlumblineTensors
import XCTest

/// Every operation against central differences, first, second and (where orders above the second
/// are composed) third order, at odd shapes.
final class DerivativeTests: XCTestCase {
    func testArithmetic() {
        let a = random([3, 1, 5])
        let b = random([2, 5], seed: 2)
        let c = random([7, 3], seed: 3, low: 0.5, high: 2)
        checkDerivatives("+", [a, b]) { $0[0] + $0[1] * $0[1] }
        checkDerivatives("-", [a, b]) { $0[0] * $0[0] - $0[1] }
        checkDerivatives("*", [a, b], order: 3) { $0[0] * $0[1] * $0[0] }
        checkDerivatives("/", [random([3]), c], order: 3) { $0[0] / $0[1] }
        checkDerivatives("scaled", [a]) { ($0[0] * -2.5).power(2) }
        checkDerivatives("select", [a, b]) {
            select(Tensor([1, 0, 1, 0, 0], shape: [5]), $0[0] * $0[1], $0[1] * $0[1])
        }
        checkDerivatives("broadcast", [random([3, 1])]) {
            ($0[0].broadcast(to: [2, 3, 7])).power(2)
        }
    }

    func testPointwise() {
        let x = random([11, 1])
        let positive = random([13], low: 0.5, high: 2)
        checkDerivatives("exp", [x], order: 3) { $0[0].exp() }
        checkDerivatives("log", [positive], order: 3) { $0[0].log() }
        checkDerivatives("sqrt", [positive], order: 3) { $0[0].sqrt() }
        checkDerivatives("reciprocal", [positive], order: 3) { $0[0].reciprocal() }
        checkDerivatives("tanh", [x], order: 3) { $0[0].tanh() }
        checkDerivatives("erf", [x], order: 3) { $0[0].erf() }
        checkDerivatives("sigmoid", [x], order: 3) { $0[0].sigmoid() }
        checkDerivatives("softplus", [x], order: 3) { $0[0].softplus() }
        checkDerivatives("abs", [spaced([7])]) { $0[0].abs() * $0[0] }
        checkDerivatives("power", [positive], order: 3) { $0[0].power(2.5) }
        checkDerivatives("relu", [spaced([3, 5])]) { $0[0].relu() * $0[0] }
        checkDerivatives("gelu", [random([17], low: -3, high: 3)], order: 4) { $0[0].gelu() }
    }

    func testReductions() {
        let x = random([2, 3, 5])
        checkDerivatives("sum", [x]) { $0[0].power(3).sum([0, 2]) }
        checkDerivatives("mean", [x]) { $0[0].power(3).mean([1], keepingDimensions: true) }
        checkDerivatives("max", [spaced([3, 7])]) { $0[0].max([1]).power(2) }
        checkDerivatives("min", [spaced([3, 7, 2])]) {
            $0[0].min([0, 1], keepingDimensions: true).power(2)
        }
        checkDerivatives("softmax", [x], order: 3) { $0[0].softmax() }
        checkDerivatives("logSoftmax", [x], order: 3) { $0[0].logSoftmax() }
    }

    func testShapes() {
        let x = random([2, 3, 5])
        checkDerivatives("reshape", [x]) { $0[0].power(2).reshaped([5, -1]) }
        checkDerivatives("transpose", [x]) { $0[0].power(2).transposed([2, 0, 1]) }
        checkDerivatives("slice", [x]) { $0[0].power(2).sliced(1, 1..<3) }
        checkDerivatives("pad", [x]) { $0[0].power(2).padded(2, before: 1, after: 3) }
        checkDerivatives("concatenate", [x, random([2, 1, 5])]) {
            concatenate([$0[0], $0[1] * $0[1], $0[0] * $0[0]], axis: 1)
        }
        checkDerivatives("split", [x]) {
            let p = $0[0].split([1, 3, 1], axis: 2)
            return p[0] * p[1] * p[1]
        }
        checkDerivatives("gather", [x]) { $0[0].power(2).gathered([4, 0, 4], axis: 2) }
        checkDerivatives("scatter", [x]) { $0[0].power(2).scattered([4, 0, 4], axis: 1, size: 5) }
        checkDerivatives("roll", [x]) { $0[0].power(2).rolled(2, by: -2) * $0[0] }
    }

    func testMatmul() {
        for (transposed, otherTransposed) in [
            (false, false), (true, false), (false, true), (true, true),
        ] {
            let a = random(transposed ? [2, 7, 3] : [2, 3, 7])
            let b = random(otherTransposed ? [2, 5, 7] : [2, 7, 5], seed: 2)
            checkDerivatives(
                "matmul \(transposed) \(otherTransposed)", [a, b, random([5], seed: 3)], order: 3
            ) {
                $0[0].matmul(
                    $0[1], transposed: transposed, otherTransposed: otherTransposed, bias: $0[2]
                ).power(2)
            }
        }
        checkDerivatives("linear", [random([2, 1, 3]), random([5, 3]), random([5])]) {
            $0[0].linear($0[1], $0[2]).power(2)
        }
    }

    func testConvolution() {
        for (kernel, stride, padding, groups) in [
            (3, 1, 1, 1), (7, 2, 3, 1), (2, 2, 0, 1), (3, 2, 1, 2), (1, 1, 0, 1), (1, 2, 0, 1),
        ] {
            checkDerivatives(
                "convolution \(kernel)/\(stride) groups \(groups)",
                [
                    random([2, 7, 9, 4]), random([6, kernel, kernel, 4 / groups], seed: 2),
                    random([6], seed: 3),
                ], order: 3
            ) {
                $0[0].convolved(
                    $0[1], bias: $0[2], stride: stride, padding: padding, groups: groups
                ).power(2)
            }
        }
        checkDerivatives(
            "convolution of 1 channel", [random([1, 5, 5, 1]), random([1, 3, 3, 1])]
        ) {
            $0[0].convolved($0[1], padding: 1).power(2)
        }
    }

    func testPooling() {
        checkDerivatives("maxPool", [spaced([2, 7, 5, 3])], tolerance: 1e-2) {
            $0[0].maxPooled(kernel: 3, stride: 2, padding: 1).power(2)
        }
        checkDerivatives("averagePool", [random([1, 6, 5, 3])]) {
            $0[0].averagePooled(kernel: 2, stride: 2).power(2)
        }
        checkDerivatives("averagePool padded", [random([1, 6, 5, 1])]) {
            $0[0].averagePooled(kernel: 3, stride: 2, padding: 1, countsPadding: false).power(2)
        }
        checkDerivatives("globalAveragePool", [random([2, 3, 5, 7])]) {
            $0[0].power(2).globalAveragePooled()
        }
        checkDerivatives("adaptiveAveragePool", [random([2, 7, 5, 3])]) {
            $0[0].power(2).adaptiveAveragePooled(height: 3, width: 2)
        }
        for align in [false, true] {
            checkDerivatives("resize \(align)", [random([1, 5, 3, 2])]) {
                $0[0].power(2).resized(height: 7, width: 2, alignCorners: align)
            }
        }
    }

    func testNormalisation() {
        let x = random([3, 2, 5, 7])
        let gamma = random([7], seed: 2, low: 0.5, high: 1.5)
        let beta = random([7], seed: 3)
        checkDerivatives("batchNorm train", [x, gamma, beta], order: 3) {
            $0[0].batchNorm(scale: $0[1], offset: $0[2]).0
        }
        checkDerivatives("batchNorm eval", [x, gamma, beta], order: 3) {
            $0[0].batchNorm(scale: $0[1], offset: $0[2], mean: beta, variance: gamma)
        }
        // The fused ReLU against one of its own: central differences would cross its kinks.
        checkSameDerivatives("batchNorm train relu", [x, gamma, beta]) {
            $0[0].batchNorm(scale: $0[1], offset: $0[2], relu: true).0
        } as: {
            $0[0].batchNorm(scale: $0[1], offset: $0[2]).0.relu()
        }
        checkSameDerivatives("batchNorm eval relu", [x, gamma, beta]) {
            $0[0].batchNorm(scale: $0[1], offset: $0[2], mean: beta, variance: gamma, relu: true)
        } as: {
            $0[0].batchNorm(scale: $0[1], offset: $0[2], mean: beta, variance: gamma).relu()
        }
        checkDerivatives("layerNorm", [random([2, 3, 7]), gamma, beta], order: 3, tolerance: 1e-2) {
            $0[0].layerNorm(scale: $0[1], offset: $0[2])
        }
    }

    func testAttention() {
        checkDerivatives("attention", [random([2, 5, 3 * 2 * 3], low: -2, high: 2)], order: 4) {
            $0[0].attention(heads: 2)
        }
        checkDerivatives("attention of one token", [random([1, 1, 6])]) {
            $0[0].attention(heads: 1).power(2)
        }
    }

    func testNoiseAndLosses() {
        checkDerivatives("dropout", [random([5, 7])]) {
            var r = RandomGenerator(seed: 3)
            return $0[0].dropout(0.4, using: &r).power(2)
        }
        checkDerivatives("stochasticDepth", [random([5, 7])]) {
            var r = RandomGenerator(seed: 3)
            return $0[0].stochasticDepth(0.4, using: &r).power(2)
        }
        let labels = Tensor([0, 1, 1, 0, 1, 0], shape: [2, 3])
        checkDerivatives("binaryCrossEntropy", [random([2, 3])], order: 3) {
            $0[0].binaryCrossEntropy(labels)
        }
        checkDerivatives("binaryCrossEntropy weighted", [random([2, 3])]) {
            $0[0].binaryCrossEntropy(labels, weights: labels)
        }
    }

    /// Every axis of length 1, where strides, windows and broadcasts are special cases.
    func testSizeOne() {
        let x = random([1, 1, 1, 1], low: 0.5, high: 1)
        let v = random([1], seed: 2, low: 0.5, high: 1)
        let m = random([1, 1], seed: 3)
        checkDerivatives("arithmetic", [x, v]) { $0[0] * $0[1] + $0[0] / $0[1] - $0[1] }
        checkDerivatives("reductions", [x]) {
            $0[0].power(2).sum([1, 2]) * $0[0].max([3]) * $0[0].mean()
        }
        checkDerivatives("shapes", [x]) { x in
            concatenate([x[0].power(2), x[0].rolled(1, by: 3)], axis: 3).sliced(3, 0..<1).padded(
                1, before: 1, after: 0
            ).gathered([1, 1], axis: 1)
        }
        checkDerivatives("matmul", [m, m, v]) {
            $0[0].matmul($0[1], transposed: true, otherTransposed: true, bias: $0[2]).power(2)
        }
        checkDerivatives("convolution", [x, random([1, 3, 3, 1])]) {
            $0[0].convolved($0[1], padding: 1).power(2)
        }
        checkDerivatives("pooling", [x]) {
            $0[0].power(2).maxPooled(kernel: 1, stride: 1)
                + $0[0].power(2).averagePooled(kernel: 3, stride: 2, padding: 1)
        }
        checkDerivatives("resize", [x]) { $0[0].power(2).resized(height: 3, width: 2) }
        checkDerivatives("batchNorm eval", [x, v, v]) {
            $0[0].batchNorm(scale: $0[1], offset: $0[2], mean: v, variance: v).power(2)
        }
        checkDerivatives("attention", [random([1, 1, 3])]) { $0[0].attention(heads: 1).power(2) }
        checkDerivatives("losses", [m]) {
            $0[0].binaryCrossEntropy(.ones([1, 1])) + $0[0].logSoftmax().picked([0]).mean()
        }
        // A single value normalised by itself is its offset, whatever it is.
        XCTAssertEqual(x.batchNorm(scale: v, offset: v).0.item, v.item, accuracy: 1e-5)
        XCTAssertEqual(x.layerNorm(scale: v, offset: v).item, v.item)
        XCTAssertEqual(x.softmax().item, 1)
    }
}
