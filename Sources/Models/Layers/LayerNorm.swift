import Tensors

/// Layer normalisation over features, with timm's epsilon.
struct LayerNorm {
    let scale: Parameter, offset: Parameter

    init(_ scope: ParameterScope, _ features: Int) {
        scale = scope.parameter("weight", [features], .constant(1))
        offset = scope.parameter("bias", [features], .constant(0))
    }

    func callAsFunction(_ x: Tensor) -> Tensor { x.layerNorm(scale: scale.value, offset: offset.value, epsilon: 1e-6) }
}
