import Kernels

extension CPUBackend {
    func adamW(
        _ step: AdamWStep, _ gradient: Tensor, _ value: Tensor, _ first: Tensor, _ second: Tensor
    ) {
        let kernel = pl_adamw(
            rate: step.learningRate, beta1: step.beta1, beta2: step.beta2, epsilon: step.epsilon,
            decay: step.weightDecay, correction1: step.correction1, correction2: step.correction2,
            gradient_scale: step.gradientScale)
        withPointers(gradient, value, first, second) { p in
            Parallel.forRanges(value.count, grain: Parallel.elementGrain) { range in
                let i = range.lowerBound
                pl_adamw_step(kernel, p[0] + i, p[1] + i, p[2] + i, p[3] + i, range.count)
            }
        }
    }

    func random(_ shape: [Int], _ distribution: Distribution, _ generator: RandomGenerator)
        -> Tensor
    {
        .onHost(shape) { out in
            Parallel.forRanges(shape.product, grain: 4096) { range in
                var generator = generator.skipping(
                    distribution.numbersPerValue * range.lowerBound)
                for index in range { out[index] = distribution.value(&generator) }
            }
        }
    }
}
