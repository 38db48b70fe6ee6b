import PlumblineTensors

/// The input of an affine layer, or its two parts: what follows from the data, and a constant that
/// acts like a bias.
struct LRPInput {
    var x: Tensor
    var constant: Tensor?
    /// Whether `x` is known to have no negative value.
    var isNonNegative = false
}

/// Shares an affine layer's relevance among its inputs, by the terms of a rule.
struct LRPAffineShare {
    let layer: AffineLayer
    let input: LRPInput
    let weight: Tensor
    let bias: Tensor?

    /// A term with its versions of the input and of the weights.
    private struct Evaluated {
        let term: LRPTerm
        let x: Tensor
        let weight: Tensor
    }

    /// The relevance of the input.
    ///
    /// - Parameter upstream: the relevance of the output.
    func relevance(_ groups: [LRPGroup], _ upstream: Tensor) -> Tensor {
        let output =
            groups.contains { $0.gate != .always }
            ? layer.forward(input.x, weight, bias).detached : nil
        var relevance: Tensor?
        for group in groups {
            let terms = group.terms.filter { !isZero($0) }.map(evaluated)
            var share = upstream / stabilised(sum(terms), group.stabiliser)
            switch group.gate {
            case .always: break
            case .positiveOutput: share = share * withoutGradients { output! .> 0 }
            case .negativeOutput: share = share * withoutGradients { 0 - output! .> 0 }
            }
            if group.factor != 1 { share = share * group.factor }
            for evaluated in terms {
                let propagated = layer.backward(share, evaluated.weight)
                var part = evaluated.term.input == .ones ? propagated : evaluated.x * propagated
                if evaluated.term.sign < 0 { part = -part }
                relevance = relevance.map { $0 + part } ?? part
            }
        }
        return relevance!
    }

    /// Whether a term is 0 because it reads the negative part of an input that has none.
    private func isZero(_ term: LRPTerm) -> Bool {
        input.isNonNegative && term.input == .negative && term.bias == nil
    }

    private func evaluated(_ term: LRPTerm) -> Evaluated {
        Evaluated(
            term: term,
            x: input.isNonNegative && term.input == .positive ? input.x : term.input.of(input.x),
            weight: term.weight.of(weight))
    }

    /// The sum z of a group's terms.
    private func sum(_ terms: [Evaluated]) -> Tensor {
        var sum: Tensor?
        for evaluated in terms {
            let term = evaluated.term
            let termBias = term.bias.flatMap { version in bias.map(version.of) }
            var part = layer.forward(evaluated.x, evaluated.weight, termBias)
            // The constant part takes its share through the same weights, as a bias would.
            if let constant = input.constant {
                part = part + layer.forward(term.input.of(constant), evaluated.weight, nil)
            }
            if term.sign < 0 { part = -part }
            sum = sum.map { $0 + part } ?? part
        }
        return sum!
    }
}
