import PlumblineTensors

/// Layer normalisation over features.
struct LayerNorm {
    let scale: Parameter, offset: Parameter, epsilon: Float

    init(_ scope: ParameterScope, _ features: Int, epsilon: Float) {
        scale = scope.parameter("weight", [features], .constant(1))
        offset = scope.parameter("bias", [features], .constant(0))
        self.epsilon = epsilon
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
        x.layerNorm(scale: scale.value, offset: offset.value, epsilon: epsilon)
    }
}
