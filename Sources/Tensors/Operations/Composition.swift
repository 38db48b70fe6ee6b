/// The same values one node further on, so that a gradient can stop here.
private struct Identity: Operation {
    /// Whether rules look through it to what is behind.
    let isTransparent: Bool
    var saves: Saved { .nothing }
    var layer: Layer? { isTransparent ? .rearrangement : nil }
    func derivative(_ sweep: Sweep) -> [Tensor?] { [sweep.upstream()] }
}

extension Tensor {
    /// The same values one node further on.
    var isolated: Tensor { .record(Identity(isTransparent: true), [self], detached) }

    /// The same values as what a block reads: rules do not look behind it.
    var asBlockInput: Tensor { .record(Identity(isTransparent: false), [self], detached) }
}

/// The derivative of a fused operation by composing it from others: how fused operations reach
/// orders for which they have no kernel.
///
/// `expression` states the operation on its inputs; the result are the gradients of `<expression,
/// upstreams>` towards the inputs that the sweep needs, themselves differentiable when the sweep is
/// recorded.
package func composedDerivative(
    _ sweep: Sweep, of inputs: [Tensor], upstreams: [Tensor?], as expression: ([Tensor]) -> [Tensor]
) -> [Tensor?] {
    let isRecorded = Recording.isOn
    return Recording.$isOn.withValue(true) {
        // Inputs may depend on each other; isolating each makes the result partial derivatives.
        let isolated = inputs.map { input in
            isRecorded && input.node != nil ? input.isolated : input.detached.asVariable
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
