import PlumblineTensors

/// `x Wᵀ + b` over the last axis.
struct Linear {
    let weight: Parameter, bias: Parameter?

    init(
        _ scope: ParameterScope, _ inputs: Int, _ outputs: Int, hasBias: Bool = true,
        weight: Initialisation? = nil, bias: Initialisation? = nil
    ) {
        self.weight = scope.parameter(
            "weight", [outputs, inputs], weight ?? .fanInUniform(fanIn: inputs))
        self.bias =
            hasBias ? scope.parameter("bias", [outputs], bias ?? .fanInUniform(fanIn: inputs)) : nil
    }

    func callAsFunction(_ x: Tensor) -> Tensor { x.linear(weight.value, bias?.value) }
}
