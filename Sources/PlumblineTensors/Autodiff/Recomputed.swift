/// A part of a graph that keeps only its inputs and is computed again for every gradient through
/// it, of any order (Chen et al., arXiv 1604.06174): less memory, more time.
///
/// Its gradient is such a part too, so a second derivative needs no more memory than a first.
///
/// - Parameters:
///   - parameters: variables that `body` reads besides its input.
///   - first: stands for `body` the first time, where that differs by a side effect.
package func recomputed(
    _ input: Tensor, parameters: [Tensor], first: (() -> Tensor)? = nil,
    body: @escaping (Tensor) -> Tensor
) -> Tensor {
    let keeps = Recording.keepsLayerInputs
    // Rules treat a layer that reads the image differently from one that reads another block.
    let readsVariable = input.node.map { $0.operation == nil } ?? false
    let value = withoutGradients { first?() ?? body(input.detached) }
    let again: ([Tensor]) -> Tensor = { inputs in
        Recording.$keepsLayerInputs.withValue(keeps) {
            body(readsVariable ? inputs[0] : inputs[0].asBlockInput)
        }
    }
    return .record(
        Recomputed(argumentCount: 1, parameters: parameters, body: { [again($0)] }),
        [input] + parameters, value)
}

private struct Recomputed: Operation {
    /// How many of the node's inputs are arguments of `body`.
    ///
    /// The rest are parameters, which it reads by itself.
    let argumentCount: Int
    let parameters: [Tensor]
    let body: ([Tensor]) -> [Tensor]
    var saves: Saved { .allInputs }

    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let arguments = (0..<argumentCount).map { sweep.input($0) }
        let usedOutputs = (0..<sweep.outputCount).filter { sweep.hasUpstream($0) }
        let upstreams = usedOutputs.map { sweep.upstream($0) }
        let neededInputs = sweep.neededInputs(of: 0..<sweep.inputCount)
        let gradients = gradients(
            ofOutputs: usedOutputs, towards: neededInputs, policy: sweep.policy)
        let values: [Tensor]
        if Recording.isRecording {
            values = Tensor.record(
                Recomputed(
                    argumentCount: argumentCount + upstreams.count, parameters: parameters,
                    body: gradients),
                arguments + upstreams + parameters,
                withoutGradients { gradients((arguments + upstreams).map(\.detached)) })
        } else {
            values = gradients(arguments + upstreams)
        }
        var results = [Tensor?](repeating: nil, count: sweep.inputCount)
        for (index, value) in zip(neededInputs, values) { results[index] = value }
        return results
    }

    /// The gradient as a function of the arguments and of the cotangents of `usedOutputs`.
    private func gradients(
        ofOutputs usedOutputs: [Int], towards neededInputs: [Int], policy: (any PropagationPolicy)?
    ) -> ([Tensor]) -> [Tensor] {
        { values in
            let isRecorded = Recording.isRecording
            return Recording.$isRecording.withValue(true) {
                let isolated = values.map {
                    isRecorded && $0.node != nil ? $0.isolated : $0.detached.asVariable
                }
                let outputs = body(Array(isolated[..<argumentCount]))
                let variables = neededInputs.map {
                    $0 < argumentCount ? isolated[$0] : parameters[$0 - argumentCount]
                }
                var total: [Tensor] = []
                for (index, cotangent) in zip(usedOutputs, isolated[argumentCount...]) {
                    let terms = propagated(
                        from: outputs[index], to: variables,
                        upstream: isRecorded ? cotangent : cotangent.detached, policy: policy,
                        createGraph: isRecorded, keepGraph: usedOutputs.count > 1 ? true : nil)
                    total = total.isEmpty ? terms : zip(total, terms).map { $0 + $1 }
                }
                return total
            }
        }
    }
}
