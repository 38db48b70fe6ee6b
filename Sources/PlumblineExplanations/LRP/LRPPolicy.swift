import PlumblineTensors

/// A composite as the reverse sweep asks it.
final class LRPPolicy: PropagationPolicy {
    private let composite: LRPComposite
    /// Batch norms to be seen as part of the affine layer whose output they normalise.
    private var following: [GraphPlace: (scale: Tensor, offset: Tensor)] = [:]

    init(_ composite: LRPComposite) { self.composite = composite }

    func propagate(_ operation: any Operation, _ sweep: Sweep) -> [Tensor?]? {
        guard sweep.needs(0) || isResidualSum(operation) else { return nil }
        switch operation.layer {
        case .affine(let layer)?: return affine(layer, sweep)
        case .batchNorm(let norm)?: return batchNorm(norm, sweep)
        case .activation(_, let isFunction)?:
            guard composite.activation == .pass, covers(isFunction) else { return nil }
            return [sweep.upstream()]
        case .averagePool(let pool)?:
            guard composite.averagePool == .norm, covers(pool.isFunction) else { return nil }
            let x = sweep.input(0)
            return [
                x
                    * pool.backward(
                        sweep.upstream() / stabilised(pool.forward(x), LRPRule.stabiliser))
            ]
        case .residualSum?:
            guard composite.residualSum == .norm, composite.coversFunctions else { return nil }
            let a = sweep.input(0), b = sweep.input(1),
                share = sweep.upstream() / stabilised(a + b, LRPRule.stabiliser)
            return [sweep.when(0) { a * share }, sweep.when(1) { b * share }]
        default: return nil
        }
    }

    private func covers(_ isFunction: Bool) -> Bool { !isFunction || composite.coversFunctions }

    private func isResidualSum(_ operation: any Operation) -> Bool {
        if case .residualSum? = operation.layer { return true }
        return false
    }

    // MARK: Affine layers

    private func affine(_ layer: AffineLayer, _ sweep: Sweep) -> [Tensor?]? {
        let rule =
            (sweep.readsVariable(0) ? composite.first : nil)
            ?? (layer.kind == .convolution ? composite.convolution : composite.linear)
        guard let groups = rule.groups else {
            return rule == .pass || rule == .norm ? [sweep.upstream()] + others(sweep) : nil
        }
        func held(_ parameter: Tensor) -> Tensor {
            composite.gradient == .truncated ? parameter.detached : parameter
        }
        var inputs = Inputs(x: sweep.input(0), isNonNegative: sweep.isNonNegative(0))
        var weight = held(sweep.input(1)), bias = sweep.inputCount > 2 ? held(sweep.input(2)) : nil
        if composite.batchNorm == .merge {
            if let norm = following.removeValue(forKey: sweep.place()) {
                let scale = held(norm.scale)
                weight = weight * scale.reshaped([-1] + [Int](repeating: 1, count: weight.rank - 1))
                bias = (bias.map { $0 * scale } ?? .zeros(scale.shape)) + held(norm.offset)
            }
            if let split = preceding(sweep) { inputs = split }
        }
        if composite.ignoresBias { (bias, inputs.constant) = (nil, nil) }
        return [propagate(groups, layer, inputs, weight, bias, sweep.upstream())] + others(sweep)
    }

    private func others(_ sweep: Sweep) -> [Tensor?] {
        [Tensor?](repeating: nil, count: sweep.inputCount - 1)
    }

    /// A layer's input, or the two parts of it: what follows from the data and a constant that acts
    /// like a bias.
    private struct Inputs {
        var x: Tensor
        var constant: Tensor?
        var isNonNegative = false
    }

    private func propagate(
        _ groups: [LRPGroup], _ layer: AffineLayer, _ inputs: Inputs, _ weight: Tensor,
        _ bias: Tensor?, _ upstream: Tensor
    ) -> Tensor {
        // Of an input without negative values the terms of negative inputs are 0.
        func isEmpty(_ term: LRPTerm) -> Bool {
            inputs.isNonNegative && term.input == .negative && term.bias == nil
        }
        let output =
            groups.contains { $0.gate != .always }
            ? layer.forward(inputs.x, weight, bias).detached : nil
        var relevance: Tensor?
        for group in groups {
            let terms = group.terms.filter { !isEmpty($0) }.map { term in
                (
                    x: inputs.isNonNegative && term.input == .positive
                        ? inputs.x : term.input.of(inputs.x),
                    weight: term.weight.of(weight), term: term
                )
            }
            var z: Tensor?
            for (x, weight, term) in terms {
                var part = layer.forward(
                    x, weight, term.bias.flatMap { version in bias.map(version.of) })
                // The constant part takes its share through the same weights, as a bias would.
                if let constant = inputs.constant {
                    part = part + layer.forward(term.input.of(constant), weight, nil)
                }
                if term.sign < 0 { part = -part }
                z = z.map { $0 + part } ?? part
            }
            var share = upstream / stabilised(z!, group.stabiliser)
            switch group.gate {
            case .always: break
            case .positiveOutput: share = share * withoutGradients { output! .> 0 }
            case .negativeOutput: share = share * withoutGradients { 0 - output! .> 0 }
            }
            if group.factor != 1 { share = share * group.factor }
            for (x, weight, term) in terms {
                let passed = layer.backward(share, weight)
                var part = term.input == .ones ? passed : x * passed
                if term.sign < 0 { part = -part }
                relevance = relevance.map { $0 + part } ?? part
            }
        }
        return relevance!
    }

    // MARK: Batch norm

    private func batchNorm(_ norm: BatchNormLayer, _ sweep: Sweep) -> [Tensor?]? {
        let passesReLU = composite.activation == .pass
        switch composite.batchNorm {
        case .gradient:
            guard norm.relu, passesReLU else { return nil }
            return norm.normalisationDerivative(sweep)
        case .pass:
            let upstream = norm.relu && !passesReLU ? norm.rectified(sweep) : sweep.upstream()
            return [upstream] + others(sweep)
        case .merge:
            guard let affine = norm.affine?(sweep.input(1), sweep.input(2)) else {
                return [sweep.upstream()] + others(sweep)
            }
            let upstream = norm.relu && !passesReLU ? norm.rectified(sweep) : sweep.upstream()
            if let maker = sweep.maker(0), case .affine? = maker.operation.layer {
                following[maker.sweep.place()] = affine
            } else if !norm.relu {
                // No convolution beside it: a layer of its own, channel by channel.
                let x = sweep.input(0), contribution = x * affine.scale
                let z = composite.ignoresBias ? contribution : contribution + affine.offset
                return [contribution * (upstream / stabilised(z, LRPRule.stabiliser))]
                    + others(sweep)
            }
            // Else the convolution after it has seen to it.
            return [upstream] + others(sweep)
        }
    }

    /// Where a layer reads a batch norm with ReLU that follows no affine layer (DenseNet): with m
    /// the ReLU's mask, its input is `m (scale x + offset)`, of which only the first part is data.
    private func preceding(_ sweep: Sweep) -> Inputs? {
        guard let maker = sweep.maker(0), case .batchNorm(let norm)? = maker.operation.layer,
            norm.relu,
            let affine = norm.affine?(maker.sweep.input(1), maker.sweep.input(2))
        else { return nil }
        if case .affine? = maker.sweep.maker(0)?.operation.layer { return nil }
        let value = sweep.input(0), isActive = withoutGradients { value.detached .> 0 }
        let constant = (affine.offset * isActive)
        return Inputs(x: value - constant, constant: constant)
    }
}
