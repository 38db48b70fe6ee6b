/// The same values one node further on, so that a gradient can stop here.
private struct Identity: Operation {
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] { [sweep.upstream()] }
}

/// The derivative of a fused operation by composing it from others: how fused operations reach orders for which they have no kernel.
///
/// `expression` states the operation on its inputs; the result are the gradients of `<expression, upstreams>` towards the inputs that
/// the sweep needs, themselves differentiable when the sweep is recorded.
package func composedDerivative(
    _ sweep: Sweep, of inputs: [Tensor], upstreams: [Tensor?], as expression: ([Tensor]) -> [Tensor]
) -> [Tensor?] {
    let isRecorded = Recording.isOn
    return Recording.$isOn.withValue(true) {
        // Inputs may depend on each other; isolating each makes the result partial derivatives.
        let isolated = inputs.map { input in
            isRecorded && input.node != nil ? Tensor.record(Identity(), [input], input.detached) : input.detached.asVariable
        }
        let outputs = expression(isolated)
        var total: Tensor?
        for (output, upstream) in zip(outputs, upstreams) {
            guard let upstream else { continue }
            let term = (output * (isRecorded ? upstream : upstream.detached)).sum()
            total = total.map { $0 + term } ?? term
        }
        let wanted = inputs.indices.filter { sweep.needs($0) }
        guard let total, !wanted.isEmpty else { return inputs.map { _ in nil } }
        let found = gradient(
            of: total, withRespectTo: wanted.map { isolated[$0] }, createGraph: isRecorded)
        var results = [Tensor?](repeating: nil, count: inputs.count)
        for (index, value) in zip(wanted, found) { results[index] = value }
        return results
    }
}
