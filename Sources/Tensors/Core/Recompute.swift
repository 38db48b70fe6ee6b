/// A part of a graph that keeps its inputs alone and is computed again for every gradient through
/// it, of any order (Chen et al., arXiv 1604.06174): memory for time. Its gradient is such a part
/// too, so a second derivative needs no more memory than a first.
///
/// - Parameters:
///   - parameters: variables that `body` reads besides its input.
///   - first: `body` the first time it is computed, where that differs by a side effect.
package func recomputed(
    _ input: Tensor, parameters: [Tensor], first: (() -> Tensor)? = nil,
    body: @escaping (Tensor) -> Tensor
) -> Tensor {
    let keeps = Recording.keepsLayerInputs
    // Rules treat the layer that reads the image otherwise than one that reads another block.
    let readsVariable = input.node.map { $0.operation == nil } ?? false
    let value = withoutGradients { first?() ?? body(input.detached) }
    let again: ([Tensor]) -> Tensor = { inputs in
        Recording.$keepsLayerInputs.withValue(keeps) {
            body(readsVariable ? inputs[0] : inputs[0].asBlockInput)
        }
    }
    return .record(
        Recomputed(inputs: 1, parameters: parameters, body: { [again($0)] }), [input] + parameters,
        value)
}

private struct Recomputed: Operation {
    /// How many of the node's inputs are arguments of `body`; the rest are parameters, which it
    /// reads by itself.
    let inputs: Int
    let parameters: [Tensor]
    let body: ([Tensor]) -> [Tensor]
    var saves: Saved { .allInputs }

    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let arguments = (0..<inputs).map { sweep.input($0) }
        let given = (0..<sweep.outputCount).filter { sweep.hasUpstream($0) },
            upstreams = given.map { sweep.upstream($0) }
        let wanted = (0..<sweep.inputCount).filter { sweep.needs($0) }
        let policy = sweep.policy, count = inputs
        // The gradient as a function of the arguments and of the cotangents.
        let gradients: ([Tensor]) -> [Tensor] = { values in
            let isRecorded = Recording.isOn
            return Recording.$isOn.withValue(true) {
                let isolated = values.map {
                    isRecorded && $0.node != nil ? $0.isolated : $0.detached.asVariable
                }
                let outputs = body(Array(isolated[..<count]))
                let variables = wanted.map { $0 < count ? isolated[$0] : parameters[$0 - count] }
                var total: [Tensor] = []
                for (index, cotangent) in zip(given, isolated[count...]) {
                    let found = propagated(
                        from: outputs[index], to: variables,
                        upstream: isRecorded ? cotangent : cotangent.detached, policy: policy,
                        createGraph: isRecorded, keepGraph: given.count > 1 ? true : nil)
                    total = total.isEmpty ? found : zip(total, found).map { $0 + $1 }
                }
                return total
            }
        }
        let found: [Tensor]
        if Recording.isOn {
            let values = withoutGradients { gradients((arguments + upstreams).map(\.detached)) }
            found = Tensor.record(
                Recomputed(
                    inputs: inputs + upstreams.count, parameters: parameters, body: gradients),
                arguments + upstreams + parameters,
                values)
        } else {
            found = gradients(arguments + upstreams)
        }
        var results = [Tensor?](repeating: nil, count: sweep.inputCount)
        for (index, value) in zip(wanted, found) { results[index] = value }
        return results
    }
}
