import PlumblineTensors

/// The two-layer perceptron of a transformer block.
struct Perceptron {
    let fc1: Linear, fc2: Linear

    init(_ scope: ParameterScope, features: Int, hidden: Int) {
        fc1 = .transformer(scope["fc1"], features, hidden)
        fc2 = .transformer(scope["fc2"], hidden, features)
    }

    func callAsFunction(_ x: Tensor) -> Tensor { fc2(fc1(x).gelu()) }
}

extension Linear {
    /// As timm initialises every linear layer of a transformer.
    static func transformer(
        _ scope: ParameterScope, _ inputs: Int, _ outputs: Int, hasBias: Bool = true
    ) -> Linear {
        Linear(
            scope, inputs, outputs, hasBias: hasBias, weight: .truncatedNormal(deviation: 0.02),
            bias: .constant(0))
    }
}

extension Pass {
    /// Drops whole samples of a residual branch where noise is on.
    func stochasticDepth(_ x: Tensor, _ rate: Float) -> Tensor {
        guard noise != nil else { return x }
        return x.stochasticDepth(rate, using: &noise!)
    }

    func dropout(_ x: Tensor, _ rate: Float) -> Tensor {
        guard noise != nil else { return x }
        return x.dropout(rate, using: &noise!)
    }
}
