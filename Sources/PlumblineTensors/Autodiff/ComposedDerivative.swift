/// The derivative of a fused operation, composed from other operations: how fused operations reach
/// orders for which they have no kernel.
///
/// - Parameters:
///   - inputs: what `expression` is computed from.
///   - upstreams: the cotangents of its results; `nil` stands for zeros.
///   - expression: states the operation in elementary operations.
/// - Returns: the gradients of `<expression, upstreams>` towards the inputs that the sweep needs.
///   They are differentiable where the sweep is recorded.
package func composedDerivative(
    _ sweep: Sweep, of inputs: [Tensor], upstreams: [Tensor?], as expression: ([Tensor]) -> [Tensor]
) -> [Tensor?] {
    composedGradients(
        of: inputs, upstreams: upstreams, neededInputs: sweep.neededInputs(of: inputs.indices),
        as: expression)
}

/// The same towards the inputs whose numbers are in `neededInputs`.
func composedGradients(
    of inputs: [Tensor], upstreams: [Tensor?], neededInputs: [Int],
    as expression: ([Tensor]) -> [Tensor]
) -> [Tensor?] {
    let isRecorded = Recording.isRecording
    return Recording.$isRecording.withValue(true) {
        // Inputs may depend on each other. Isolating each makes the results partial derivatives.
        let isolated = inputs.map { input in
            isRecorded && input.node != nil ? input.isolated : input.detached.asVariable
        }
        var total: Tensor?
        for (output, upstream) in zip(expression(isolated), upstreams) {
            guard let upstream else { continue }
            let term = (output * (isRecorded ? upstream : upstream.detached)).sum()
            total = total.map { $0 + term } ?? term
        }
        guard let total, !neededInputs.isEmpty else { return inputs.map { _ in nil } }
        let gradients = gradient(
            of: total, withRespectTo: neededInputs.map { isolated[$0] }, createGraph: isRecorded)
        var results = [Tensor?](repeating: nil, count: inputs.count)
        for (index, value) in zip(neededInputs, gradients) { results[index] = value }
        return results
    }
}
