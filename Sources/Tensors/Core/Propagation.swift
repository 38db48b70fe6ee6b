/// What the reverse sweep asks at each operation: what to pass back instead of the derivative.
///
/// Rules are written in differentiable operations, so what they compute can be differentiated like
/// any gradient.
package protocol PropagationPolicy: AnyObject {
    /// What arrives at the operation's inputs, `nil` where its derivative shall.
    func propagate(_ operation: any Operation, _ sweep: Sweep) -> [Tensor?]?
}

/// An operation as propagation rules see it. Input 0 is what relevance is passed to.
package enum Layer {
    /// A convolution or a linear layer.
    case affine(AffineLayer)
    /// ReLU or GELU. `isFunction` marks one that torchvision calls as a function instead of
    /// declaring a module: tools that hook modules do not see it.
    case activation(Activation, isFunction: Bool)
    /// Batch normalisation, and the ReLU after it where fused.
    case batchNorm(BatchNormLayer)
    case layerNorm(epsilon: Float)
    /// A mean over windows, linear in its input.
    case averagePool(AveragePoolLayer)
    case maxPool
    /// The sum of a residual connection's two branches.
    case residualSum
    /// Attention of packed queries, keys and values.
    case attention
    /// Reshaping and its like: the same values in other places.
    case rearrangement
}

package enum Activation: Sendable {
    case relu, gelu
}

/// `z = f(x, w) + b`, linear in `x` and in `w`. The weight's first axis is the output's channel,
/// its last the input's.
package struct AffineLayer {
    package enum Kind: Sendable {
        case linear, convolution
    }
    package let kind: Kind
    /// The output, for any input, weight and bias.
    package let forward: (_ x: Tensor, _ weight: Tensor, _ bias: Tensor?) -> Tensor
    /// The gradient towards the input for a cotangent of the output.
    package let backward: (_ cotangent: Tensor, _ weight: Tensor) -> Tensor
}

package struct BatchNormLayer {
    /// Whether a ReLU follows.
    package let relu: Bool
    /// The cotangent with the ReLU's derivative applied to it.
    package let rectified: (Sweep) -> Tensor
    /// The derivative without the ReLU, for a cotangent of the normalised values.
    package let normalisationDerivative: (Sweep) -> [Tensor?]
    /// With given statistics, the affine map `y = x scale + offset` of every channel, from (scale,
    /// offset) parameters; `nil` with batch statistics.
    package let affine: ((_ gamma: Tensor, _ beta: Tensor) -> (scale: Tensor, offset: Tensor))?
}

package struct AveragePoolLayer {
    package let isFunction: Bool
    package let forward: (Tensor) -> Tensor
    package let backward: (Tensor) -> Tensor
}

extension Sweep {
    /// The node whose output input `index` is, rearranged or not.
    private func behind(_ index: Int) -> Node? {
        var node = node.edges[index].node
        while case .rearrangement? = node?.operation?.layer { node = node?.edges[0].node }
        return node
    }

    /// Whether input `index` is a variable, rearranged or not.
    package func readsVariable(_ index: Int) -> Bool {
        behind(index).map { $0.operation == nil } ?? false
    }

    /// The operation that made input `index`, past rearrangements, and its place with its inputs;
    /// `nil` for a variable or a constant.
    package func maker(_ index: Int) -> (operation: any Operation, sweep: Sweep)? {
        guard let node = behind(index), let operation = node.operation else { return nil }
        return (
            operation, Sweep(node: node, upstreams: [nil], needed: node.edges.map { _ in false })
        )
    }

    /// Whether input `index` is known to hold no negative value: a ReLU's output, pooled or not.
    package func isNonNegative(_ index: Int) -> Bool {
        var node = node.edges[index].node
        while let current = node, let layer = current.operation?.layer {
            switch layer {
            case .activation(.relu, _): return true
            case .batchNorm(let norm): return norm.relu
            case .rearrangement, .averagePool, .maxPool: node = current.edges[0].node
            default: return false
            }
        }
        return false
    }

    /// Identifies this operation's first output.
    package func place() -> GraphPlace { GraphPlace(node: ObjectIdentifier(node), output: 0) }
}

/// One output of one operation of a graph.
package struct GraphPlace: Hashable {
    let node: ObjectIdentifier
    let output: Int
}
