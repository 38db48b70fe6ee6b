/// The numbers of one AdamW step (Loshchilov & Hutter, arXiv 1711.05101, algorithm 2).
package struct AdamWStep: Sendable {
    package var learningRate: Float
    package var beta1: Float
    package var beta2: Float
    package var epsilon: Float
    package var weightDecay: Float
    /// `1 - beta1^step` and `1 - beta2^step`.
    package var correction1: Float
    package var correction2: Float
    /// What the gradient is multiplied by first, for clipping.
    package var gradientScale: Float

    /// - Parameter step: the number of this step, from 1.
    package init(
        step: Int, learningRate: Float, beta1: Float, beta2: Float, epsilon: Float,
        weightDecay: Float, gradientScale: Float
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        self.gradientScale = gradientScale
        correction1 = Float(1 - Double(beta1).power(step))
        correction2 = Float(1 - Double(beta2).power(step))
    }
}

extension Double {
    /// By repeated squaring: the same bits on every machine, unlike `pow`.
    fileprivate func power(_ exponent: Int) -> Double {
        var result = 1.0
        var base = self
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result *= base }
            base *= base
            rest >>= 1
        }
        return result
    }
}
