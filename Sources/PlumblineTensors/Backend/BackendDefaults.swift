import Foundation

// The second part of ``Backend``, composed from the first.
//
// A default implementation computes with tensors and therefore with the back end in use, which is
// the one that was asked.

extension Backend {
    package func positiveMask(_ reference: Tensor, _ upstream: Tensor) -> Tensor {
        let zero = full([], 0)
        let plan = BroadcastPlan(reference.shape, [], operation: "relu")
        return select(
            binary(.greater, reference, zero, plan), upstream, full(upstream.shape, 0))
    }

    package func geluFirst(_ x: Tensor, _ g: Tensor) -> Tensor {
        withoutGradients { composedGELUGradient(x, g) }
    }

    package func geluSecond(_ x: Tensor, _ g: Tensor, _ u: Tensor, neededInputs: [Int]) -> [Tensor?]
    {
        withoutGradients {
            composedGradients(of: [x, g], upstreams: [u], neededInputs: neededInputs) {
                [composedGELUGradient($0[0], $0[1])]
            }
        }
    }

    package func softmax(_ x: Tensor) -> Tensor {
        withoutGradients {
            let exponentials = (x - x.max([-1], keepingDimensions: true)).exp()
            return exponentials / exponentials.sum([-1], keepingDimensions: true)
        }
    }

    package func logSoftmax(_ x: Tensor) -> Tensor {
        withoutGradients {
            let shifted = x - x.max([-1], keepingDimensions: true)
            return shifted - shifted.exp().sum([-1], keepingDimensions: true).log()
        }
    }

    package func sumOfSquares(_ x: Tensor) -> Double {
        var total = 0.0
        read(x) { values in
            for value in values { total += Double(value) * Double(value) }
        }
        return total
    }

    /// A batch of products with the map as a dense matrix.
    package func resample(_ x: Tensor, _ axis: AxisSplit, _ map: LinearMap) -> Tensor {
        var matrix = [Float](repeating: 0, count: map.outputSize * map.inputSize)
        for output in 0..<map.outputSize {
            for term in map.terms(of: output) {
                matrix[output * map.inputSize + term.source] += term.weight
            }
        }
        return withoutGradients {
            Tensor(matrix, shape: [1, map.outputSize, map.inputSize])
                .broadcast(to: [axis.outer, map.outputSize, map.inputSize])
                .matmul(x.reshaped([axis.outer, axis.size, axis.inner]))
                .reshaped(axis.shape(withSize: map.outputSize))
        }
    }

    /// The mean over a window is a linear map of the height, then of the width.
    package func averagePool(_ x: Tensor, _ window: PoolingWindow, countsPadding: Bool) -> Tensor {
        withoutGradients {
            x.weightedRows(window.mean(axis: 1, countsPadding: countsPadding), axis: 1)
                .weightedRows(window.mean(axis: 2, countsPadding: countsPadding), axis: 2)
        }
    }

    package func averageSpread(_ g: Tensor, _ window: PoolingWindow, countsPadding: Bool) -> Tensor
    {
        withoutGradients {
            g.weightedRows(window.mean(axis: 2, countsPadding: countsPadding).transposed, axis: 2)
                .weightedRows(
                    window.mean(axis: 1, countsPadding: countsPadding).transposed, axis: 1)
        }
    }

    package func channelMoments(_ x: Tensor) -> (mean: Tensor, variance: Tensor) {
        withoutGradients {
            let axes = Array(0..<(x.rank - 1))
            let mean = x.mean(axes)
            let centred = x - mean
            return (mean, (centred * centred).mean(axes))
        }
    }

    package func inverseDeviation(_ variance: Tensor, epsilon: Float) -> Tensor {
        make(variance.shape) { out in
            read(variance) { values in
                for index in values.indices {
                    out[index] = Float(
                        1 / (Double(values[index]) + Double(epsilon)).squareRoot())
                }
            }
        }
    }

    package func batchNorm(
        _ x: Tensor, _ gamma: Tensor, _ beta: Tensor, _ norm: BatchNormalisation
    ) -> Tensor {
        withoutGradients {
            let result = (x - norm.mean) * norm.inverse * gamma + beta
            return norm.relu ? result.relu() : result
        }
    }

    package func batchNormFirst(
        _ inputs: BatchNormInputs, _ norm: BatchNormalisation, neededInputs: [Int]
    ) -> [Tensor] {
        withoutGradients { norm.composedGradient(inputs.all, neededInputs: neededInputs) }
    }

    package func batchNormSecond(
        _ inputs: BatchNormInputs, _ norm: BatchNormalisation, cotangents: BatchNormCotangents,
        neededInputs: [Int]
    ) -> [Tensor?] {
        withoutGradients {
            composedGradients(
                of: inputs.all,
                upstreams: [cotangents.dx, cotangents.dgamma, cotangents.dbeta],
                neededInputs: neededInputs
            ) {
                norm.composedGradient($0, neededInputs: [0, 1, 2])
            }
        }
    }

    package func layerNorm(_ x: Tensor, _ gamma: Tensor, _ beta: Tensor, epsilon: Float) -> Tensor {
        withoutGradients {
            let centred = x - x.mean([-1], keepingDimensions: true)
            let variance = (centred * centred).mean([-1], keepingDimensions: true)
            return centred / (variance + epsilon).sqrt() * gamma + beta
        }
    }

    package func layerNormFirst(
        _ x: Tensor, _ gamma: Tensor, _ g: Tensor, epsilon: Float, neededInputs: [Int]
    ) -> [Tensor] {
        withoutGradients {
            composedLayerNormGradient([x, gamma, g], epsilon: epsilon, neededInputs: neededInputs)
        }
    }

    package func layerNormSecond(
        _ x: Tensor, _ gamma: Tensor, _ g: Tensor, _ u: Tensor, epsilon: Float, neededInputs: [Int]
    ) -> [Tensor?] {
        withoutGradients {
            composedGradients(of: [x, gamma, g], upstreams: [u], neededInputs: neededInputs) {
                composedLayerNormGradient($0, epsilon: epsilon, neededInputs: [0])
            }
        }
    }

    package func attention(_ qkv: Tensor, _ bias: Tensor?, _ layout: AttentionLayout) -> Tensor {
        withoutGradients { layout.composed(qkv, bias) }
    }

    package func attentionFirst(
        _ qkv: Tensor, _ bias: Tensor?, _ g: Tensor, _ layout: AttentionLayout, neededInputs: [Int]
    ) -> [Tensor?] {
        withoutGradients {
            [
                layout.composedGradient(qkv, g, bias),
                neededInputs.contains(1) ? layout.composedBiasGradient(qkv, g, bias) : nil,
            ]
        }
    }

    package func attentionSecond(
        _ qkv: Tensor, _ bias: Tensor?, _ g: Tensor, _ u: Tensor, _ layout: AttentionLayout,
        neededInputs: [Int]
    ) -> [Tensor?] {
        withoutGradients {
            composedGradients(
                of: [qkv, g] + (bias.map { [$0] } ?? []), upstreams: [u], neededInputs: neededInputs
            ) {
                [layout.composedGradient($0[0], $0[1], $0.count > 2 ? $0[2] : nil)]
            }
        }
    }

    package func adamW(
        _ step: AdamWStep, _ gradient: Tensor, _ value: Tensor, _ first: Tensor, _ second: Tensor
    ) {
        read(gradient) { g in
            overwrite(value) { w in
                overwrite(first) { m in
                    overwrite(second) { v in
                        for i in g.indices { step.apply(g[i], &w[i], &m[i], &v[i]) }
                    }
                }
            }
        }
    }

    package func random(
        _ shape: [Int], _ distribution: Distribution, _ generator: RandomGenerator
    ) -> Tensor {
        make(shape) { out in
            var generator = generator
            for index in out.indices { out[index] = distribution.value(&generator) }
        }
    }
}

extension PoolingWindow {
    /// The mean over the window along one axis.
    fileprivate func mean(axis: Int, countsPadding: Bool) -> LinearMap {
        let size = inputShape[axis]
        return .mean(
            of: (0..<outputShape[axis]).map { covered($0, size: size) }, inputSize: size,
            divisor: countsPadding ? kernel : nil)
    }
}

extension AdamWStep {
    /// The step for one value, in the order in which PyTorch computes it.
    fileprivate func apply(
        _ gradient: Float, _ value: inout Float, _ first: inout Float, _ second: inout Float
    ) {
        let g = gradientScale * gradient
        first = beta1 * first + (1 - beta1) * g
        second = beta2 * second + (1 - beta2) * g * g
        let denominator = second.squareRoot() / correction2.squareRoot() + epsilon
        value -= learningRate * weightDecay * value
        value -= learningRate / correction1 * first / denominator
    }
}
