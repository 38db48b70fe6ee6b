/// What the derivative of one operation sees during a backward pass: the gradients of its outputs,
/// and what its node saved.
///
/// Where the result is to be differentiated again, the values carry their places in the graph.
package struct Sweep {
    let node: Node
    let upstreams: [Tensor?]
    let needed: [Bool]
    /// The policy of this backward pass, for operations that hold a graph of their own.
    var policy: (any PropagationPolicy)?

    /// The same place in the graph with another cotangent of its only output.
    package func with(upstream: Tensor) -> Sweep {
        Sweep(node: node, upstreams: [upstream], needed: needed, policy: policy)
    }

    /// The gradient of the objective with respect to output `index`; zeros if nothing depends on
    /// that output.
    package func upstream(_ index: Int = 0) -> Tensor {
        upstreams[index] ?? .zeros(node.outputs[index].shape)
    }
    /// Whether anything depends on output `index`.
    package func hasUpstream(_ index: Int) -> Bool { upstreams[index] != nil }
    /// As ``upstream(_:)``, but `nil` instead of zeros.
    package func optionalUpstream(_ index: Int) -> Tensor? { upstreams[index] }

    /// Whether the gradient towards input `index` leads to anything that was asked for.
    package func needs(_ index: Int) -> Bool { needed[index] }

    /// What the model marked this operation with.
    package var tags: OperationTags { node.tags }

    package func inputShape(_ index: Int) -> [Int] { node.edges[index].shape }
    package var inputCount: Int { node.edges.count }
    package var outputCount: Int { node.outputs.count }

    /// The values of input `index`, which the operation or a policy must have saved.
    package func input(_ index: Int) -> Tensor {
        let edge = node.edges[index]
        if let buffer = edge.buffer {
            return Tensor(buffer: buffer, shape: edge.shape, node: edge.node, output: edge.output)
        }
        guard node.operation!.saves.union(node.keeps).contains(.input(index)), let maker = edge.node
        else {
            fatalError("\(node.operation!.name) reads input \(index), which it does not save")
        }
        return Tensor(
            buffer: maker.rebuilt().buffer, shape: edge.shape, node: edge.node,
            output: edge.output)
    }

    /// The values of output `index`, which the operation must have saved.
    package func output(_ index: Int = 0) -> Tensor {
        guard let buffer = node.outputs[index].buffer else {
            fatalError("\(node.operation!.name) reads its output, which it does not save")
        }
        return Tensor(buffer: buffer, shape: node.outputs[index].shape, node: node, output: index)
    }

    /// `value()` if the gradient towards input `index` is needed.
    package func when(_ index: Int, _ value: () -> Tensor?) -> Tensor? {
        needed[index] ? value() : nil
    }

    /// The numbers of those inputs, of `indices`, towards which a gradient is needed.
    package func neededInputs(of indices: Range<Int>) -> [Int] { indices.filter { needed[$0] } }
}

// What surrounds the operation in the graph.
extension Sweep {
    /// The node whose output is input `index`, past rearrangements.
    private func maker(ofInput index: Int) -> Node? {
        var node = node.edges[index].node
        while case .rearrangement? = node?.operation?.layer { node = node?.edges[0].node }
        return node
    }

    /// Whether input `index` is a variable, past rearrangements.
    package func readsVariable(_ index: Int) -> Bool {
        maker(ofInput: index).map { $0.operation == nil } ?? false
    }

    /// The operation that made input `index`, past rearrangements, and its place in the graph;
    /// `nil` for a variable or a constant.
    package func maker(_ index: Int) -> (operation: any Operation, sweep: Sweep)? {
        guard let node = maker(ofInput: index), let operation = node.operation else { return nil }
        return (
            operation, Sweep(node: node, upstreams: [nil], needed: node.edges.map { _ in false })
        )
    }

    /// Whether input `index` is known to have no negative value: it is a ReLU's output, pooled or
    /// not.
    package func isNonNegative(_ index: Int) -> Bool {
        var node = node.edges[index].node
        while let current = node, let layer = current.operation?.layer {
            switch layer {
            case .activation(.relu): return true
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
