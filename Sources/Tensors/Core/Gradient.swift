import Kernels

/// What an operation's derivative sees: the upstream gradients and what the node saved. When the
/// result is to be differentiated again, the values carry their places in the graph.
package struct Sweep {
    let node: Node
    let upstreams: [Tensor?]
    let needed: [Bool]
    /// What decides what layers pass back, for operations that hold a graph of their own.
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
    package func hasUpstream(_ index: Int) -> Bool { upstreams[index] != nil }
    package func optionalUpstream(_ index: Int) -> Tensor? { upstreams[index] }

    /// Whether the gradient towards input `index` is on the way to anything asked for.
    package func needs(_ index: Int) -> Bool { needed[index] }

    package func inputShape(_ index: Int) -> [Int] { node.edges[index].shape }
    package var inputCount: Int { node.edges.count }
    package var outputCount: Int { node.outputs.count }

    package func input(_ index: Int) -> Tensor {
        let edge = node.edges[index]
        if let storage = edge.storage {
            return Tensor(storage: storage, shape: edge.shape, node: edge.node, output: edge.output)
        }
        guard node.operation!.saves.union(node.keeps).contains(.input(Swift.min(index, 62))),
            let maker = edge.node
        else {
            fatalError("\(node.operation!.name) reads input \(index), which it does not save")
        }
        return Tensor(
            storage: maker.rebuilt().storage, shape: edge.shape, node: edge.node,
            output: edge.output)
    }

    package func output(_ index: Int = 0) -> Tensor {
        guard let storage = node.outputs[index].storage else {
            fatalError("\(node.operation!.name) reads its output, which it does not save")
        }
        return Tensor(storage: storage, shape: node.outputs[index].shape, node: node, output: index)
    }

    /// `value()` if input `index` is needed.
    package func when(_ index: Int, _ value: () -> Tensor?) -> Tensor? {
        needed[index] ? value() : nil
    }
}

/// The gradients of `<objective, upstream>` with respect to `variables` (any tensors of its graph).
///
/// - Parameters:
///   - upstream: the cotangent of `objective`, of its shape; ones by default, so that a scalar's
///   gradient is its derivative and a
///     batch's is that of the sum.
///   - createGraph: whether the gradients can be differentiated again. The graph of `objective` is
///   then kept too.
///   - keepGraph: keep what the graph saved, for another gradient. Without it activations die as
///   soon as they have been used,
///     and a second gradient through the same graph is an error.
/// - Returns: one tensor a variable, zeros where the objective does not depend on it.
public func gradient(
    of objective: Tensor, withRespectTo variables: [Tensor], upstream: Tensor? = nil,
    createGraph: Bool = false,
    keepGraph: Bool? = nil
) -> [Tensor] {
    propagated(
        from: objective, to: variables, upstream: upstream, policy: nil, createGraph: createGraph,
        keepGraph: keepGraph)
}

/// As ``gradient(of:withRespectTo:upstream:createGraph:keepGraph:)``, with a policy that decides
/// what each layer passes back in the place of its derivative: what arrives is what its rules make
/// of `upstream`.
package func propagated(
    from objective: Tensor, to variables: [Tensor], upstream: Tensor?,
    policy: (any PropagationPolicy)?, createGraph: Bool,
    keepGraph: Bool? = nil
) -> [Tensor] {
    let keepGraph = keepGraph ?? createGraph
    if let upstream {
        require(
            upstream.shape == objective.shape,
            "gradient: upstream \(upstream.shape) for an objective of shape \(objective.shape)")
    }
    for variable in variables {
        require(
            variable.node != nil,
            "gradient: a variable of shape \(variable.shape) is in no graph; use asVariable")
    }
    let seed = upstream ?? .ones(objective.shape)
    guard createGraph else {
        return withoutGradients { sweep(objective, variables, seed, policy, keepGraph: keepGraph) }
    }
    return sweep(objective, variables, seed, policy, keepGraph: keepGraph)
}

private func sweep(
    _ objective: Tensor, _ variables: [Tensor], _ seed: Tensor, _ policy: (any PropagationPolicy)?,
    keepGraph: Bool
) -> [Tensor] {
    let targets = Set(
        variables.map { GraphPlace(node: ObjectIdentifier($0.node!), output: $0.output) })
    let targetNodes = Set(variables.map { ObjectIdentifier($0.node!) })
    var gradients: [GraphPlace: Tensor] = [:]
    if let node = objective.node {
        gradients[GraphPlace(node: ObjectIdentifier(node), output: objective.output)] = seed
        var pending = nodesTowards(
            targetNodes, oldest: variables.map { $0.node!.id }.min() ?? 0, from: node)
        let isNeeded = Set(pending.map { ObjectIdentifier($0) })
        // Popped from the end, so that the list's own reference dies with the node.
        while let node = pending.popLast() {
            guard node.operation != nil else { continue }
            let places = node.outputs.indices.map {
                GraphPlace(node: ObjectIdentifier(node), output: $0)
            }
            let upstreams = places.map { place in
                targets.contains(place) ? gradients[place] : gradients.removeValue(forKey: place)
            }
            guard upstreams.contains(where: { $0 != nil }) else { continue }
            let needed = node.edges.map { edge in
                edge.node.map { isNeeded.contains(ObjectIdentifier($0)) } ?? false
            }
            if needed.contains(true) {
                let operation = node.operation!,
                    place = Sweep(node: node, upstreams: upstreams, needed: needed, policy: policy)
                let results =
                    policy.flatMap { $0.propagate(operation, place) } ?? operation.derivative(place)
                for (index, result) in results.enumerated() where needed[index] {
                    guard let result else { continue }
                    let edge = node.edges[index]
                    require(
                        result.shape == edge.shape,
                        "\(node.operation!.name): gradient of shape \(result.shape) for input \(index) of shape \(edge.shape)"
                    )
                    accumulate(
                        result,
                        at: GraphPlace(node: ObjectIdentifier(edge.node!), output: edge.output),
                        in: &gradients)
                }
            }
            if !keepGraph { node.release() }
        }
    }
    return variables.map {
        gradients[GraphPlace(node: ObjectIdentifier($0.node!), output: $0.output)]
            ?? .zeros($0.shape)
    }
}

/// The nodes on paths from `root` to `targets`, in creation order. Iterative: a graph may be
/// 100,000 nodes deep. A node older than every target, `oldest`, cannot lead to one.
private func nodesTowards(_ targets: Set<ObjectIdentifier>, oldest: UInt64, from root: Node)
    -> [Node]
{
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(root)]
    var stack = [root]
    var all: [Node] = []
    while let node = stack.popLast() {
        // A released node no longer knows where it led: going on without it would give zeros for
        // gradients.
        require(
            !node.isSpent,
            "gradient: the graph was released by an earlier gradient; pass keepGraph to that one")
        all.append(node)
        for edge in node.edges {
            guard let next = edge.node, next.id >= oldest,
                seen.insert(ObjectIdentifier(next)).inserted
            else { continue }
            stack.append(next)
        }
    }
    all.sort { $0.id < $1.id }
    var reaches = targets
    return all.filter { node in
        if targets.contains(ObjectIdentifier(node)) { return true }
        let leads = node.edges.contains { edge in
            edge.node.map { reaches.contains(ObjectIdentifier($0)) } ?? false
        }
        if leads { reaches.insert(ObjectIdentifier(node)) }
        return leads
    }
}

private func accumulate(
    _ gradient: Tensor, at place: GraphPlace, in gradients: inout [GraphPlace: Tensor]
) {
    // Taken out first, so that the dictionary is no second owner.
    guard var existing = gradients.removeValue(forKey: place) else {
        gradients[place] = gradient
        return
    }
    existing.accumulate(gradient)
    gradients[place] = existing
}
