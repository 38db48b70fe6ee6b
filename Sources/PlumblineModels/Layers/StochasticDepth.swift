import PlumblineTensors

/// The rates of stochastic depth as in timm: they grow linearly from 0 to `last`.
///
/// - Returns: one rate per block.
public func linearRates(_ last: Float, _ depth: Int) -> [Float] {
    (0..<depth).map { depth > 1 ? last * Float($0) / Float(depth - 1) : 0 }
}

extension Pass {
    /// Drops residual branches of whole images with probability `rate`, if noise is drawn.
    ///
    /// - Parameter x: `[batch, ...]`
    public func stochasticDepth(_ x: Tensor, _ rate: Float) -> Tensor {
        guard noise != nil else { return x }
        return x.stochasticDepth(rate, using: &noise!)
    }

    /// Sets values to 0 with probability `rate` and scales up the others, if noise is drawn.
    public func dropout(_ x: Tensor, _ rate: Float) -> Tensor {
        guard noise != nil else { return x }
        return x.dropout(rate, using: &noise!)
    }
}
