import PlumblineModels
import PlumblineTensors

/// Applies the rules of a composite during the backward pass.
final class LRPPolicy: PropagationPolicy {
    private let composite: LRPComposite
    /// Batch norms that count as part of the affine layer whose output they normalise.
    private var following: [GraphPlace: (scale: Tensor, offset: Tensor)] = [:]

    init(_ composite: LRPComposite) { self.composite = composite }

    func propagate(_ operation: any Operation, _ sweep: Sweep) -> [Tensor?]? {
        guard sweep.needs(0) || isResidualSum(operation) else { return nil }
        switch operation.layer {
        case .affine(let layer)?: return affine(layer, sweep)
        case .batchNorm(let norm)?: return batchNorm(norm, sweep)
        case .activation?:
            guard composite.activation == .pass, covers(sweep) else { return nil }
            return [sweep.upstream()]
        case .averagePool(let pool)?:
            guard composite.averagePool == .norm, covers(sweep) else { return nil }
            let x = sweep.input(0)
            let share = sweep.upstream() / stabilised(pool.forward(x), LRPRule.stabiliser)
            return [x * pool.backward(share)]
        case .residualSum?:
            guard composite.residualSum == .norm, composite.coversFunctions else { return nil }
            let a = sweep.input(0)
            let b = sweep.input(1)
            let share = sweep.upstream() / stabilised(a + b, LRPRule.stabiliser)
            return [sweep.when(0) { a * share }, sweep.when(1) { b * share }]
        default: return nil
        }
    }

    private func covers(_ sweep: Sweep) -> Bool {
        composite.coversFunctions || !sweep.tags.contains(.unhooked)
    }

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
            return rule == .pass || rule == .norm ? [sweep.upstream()] + noParameters(sweep) : nil
        }
        func held(_ parameter: Tensor) -> Tensor {
            composite.gradient == .truncated ? parameter.detached : parameter
        }
        var input = LRPInput(x: sweep.input(0), isNonNegative: sweep.isNonNegative(0))
        var weight = held(sweep.input(1))
        var bias = sweep.inputCount > 2 ? held(sweep.input(2)) : nil
        if composite.batchNorm == .merge {
            if let norm = following.removeValue(forKey: sweep.place()) {
                let scale = held(norm.scale)
                weight = weight * scale.reshaped([-1] + [Int](repeating: 1, count: weight.rank - 1))
                bias = (bias.map { $0 * scale } ?? .zeros(scale.shape)) + held(norm.offset)
            }
            if let split = preceding(sweep) { input = split }
        }
        if composite.ignoresBias {
            bias = nil
            input.constant = nil
        }
        let share = LRPAffineShare(layer: layer, input: input, weight: weight, bias: bias)
        return [share.relevance(groups, sweep.upstream())] + noParameters(sweep)
    }

    /// No relevance for the inputs beside the first, which are parameters.
    private func noParameters(_ sweep: Sweep) -> [Tensor?] {
        [Tensor?](repeating: nil, count: sweep.inputCount - 1)
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
            return [upstream] + noParameters(sweep)
        case .merge:
            guard let affine = norm.affine?(sweep.input(1), sweep.input(2)) else {
                return [sweep.upstream()] + noParameters(sweep)
            }
            let upstream = norm.relu && !passesReLU ? norm.rectified(sweep) : sweep.upstream()
            if let maker = sweep.maker(0), case .affine? = maker.operation.layer {
                following[maker.sweep.place()] = affine
            } else if !norm.relu {
                // There is no convolution beside it: it is a layer of its own, channel by channel.
                let contribution = sweep.input(0) * affine.scale
                let z = composite.ignoresBias ? contribution : contribution + affine.offset
                return [contribution * (upstream / stabilised(z, LRPRule.stabiliser))]
                    + noParameters(sweep)
            }
            // Otherwise the convolution after it has already absorbed this norm: see preceding(_:).
            return [upstream] + noParameters(sweep)
        }
    }

    /// The input of a layer that reads a batch norm with ReLU which follows no affine layer, as in
    /// DenseNet.
    ///
    /// With m the ReLU's mask, the input is `m (scale x + offset)`. Only the first part is data.
    private func preceding(_ sweep: Sweep) -> LRPInput? {
        guard let maker = sweep.maker(0), case .batchNorm(let norm)? = maker.operation.layer,
            norm.relu,
            let affine = norm.affine?(maker.sweep.input(1), maker.sweep.input(2))
        else { return nil }
        if case .affine? = maker.sweep.maker(0)?.operation.layer { return nil }
        let value = sweep.input(0)
        let isActive = withoutGradients { value.detached .> 0 }
        let constant = affine.offset * isActive
        return LRPInput(x: value - constant, constant: constant)
    }
}
