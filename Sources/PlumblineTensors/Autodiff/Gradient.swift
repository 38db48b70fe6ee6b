/// The gradients of `<objective, upstream>` with respect to `variables`, which may be any tensors
/// of its graph.
///
/// - Parameters:
///   - upstream: the cotangent of `objective`, of its shape. The default is ones: the gradient of a
///     scalar is its derivative, that of a batch is the derivative of the sum.
///   - createGraph: whether the gradients can be differentiated again. The graph of `objective` is
///     then kept too.
///   - keepGraph: whether to keep what the graph saved, for another gradient. Otherwise activations
///     are freed as soon as they have been used, and a second gradient through the same graph is an
///     error.
/// - Returns: one tensor per variable; zeros where the objective does not depend on it.
public func gradient(
    of objective: Tensor, withRespectTo variables: [Tensor], upstream: Tensor? = nil,
    createGraph: Bool = false, keepGraph: Bool? = nil
) -> [Tensor] {
    propagated(
        from: objective, to: variables, upstream: upstream, policy: nil, createGraph: createGraph,
        keepGraph: keepGraph)
}

/// As ``gradient(of:withRespectTo:upstream:createGraph:keepGraph:)``, but a policy may replace each
/// layer's derivative by a rule of its own.
///
/// LRP is computed this way.
///
/// - Returns: what the rules make of `upstream`, for each variable.
package func propagated(
    from objective: Tensor, to variables: [Tensor], upstream: Tensor?,
    policy: (any PropagationPolicy)?, createGraph: Bool, keepGraph: Bool? = nil
) -> [Tensor] {
    Engine.requireOwnership()
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
    let places = variables.map { $0.place! }
    var gradients: [GraphPlace: Tensor] = [:]
    if let node = objective.node {
        gradients[GraphPlace(node: ObjectIdentifier(node), output: objective.output)] = seed
        sweep(
            from: node, to: variables.map { $0.node! }, targets: Set(places), &gradients, policy,
            keepGraph: keepGraph)
    }
    return zip(places, variables).map { gradients[$0] ?? .zeros($1.shape) }
}

/// Walks the graph backwards from `root` and adds the gradients that arrive at each place.
private func sweep(
    from root: Node, to variables: [Node], targets: Set<GraphPlace>,
    _ gradients: inout [GraphPlace: Tensor], _ policy: (any PropagationPolicy)?, keepGraph: Bool
) {
    var pending = nodesTowards(
        Set(variables.map { ObjectIdentifier($0) }), oldest: variables.map(\.id).min() ?? 0,
        from: root)
    let isNeeded = Set(pending.map { ObjectIdentifier($0) })
    // Taken from the end, so that the list's own reference goes away with the node.
    while let node = pending.popLast() {
        guard let operation = node.operation else { continue }
        let upstreams = node.outputs.indices.map { index in
            let place = GraphPlace(node: ObjectIdentifier(node), output: index)
            return targets.contains(place) ? gradients[place] : gradients.removeValue(forKey: place)
        }
        guard upstreams.contains(where: { $0 != nil }) else { continue }
        let needed = node.edges.map { edge in
            edge.node.map { isNeeded.contains(ObjectIdentifier($0)) } ?? false
        }
        if needed.contains(true) {
            let context = Sweep(
                node: node, upstreams: upstreams, needed: needed, policy: policy)
            let results =
                policy.flatMap { $0.propagate(operation, context) }
                ?? operation.derivative(context)
            for (index, result) in results.enumerated() where needed[index] {
                guard let result else { continue }
                accumulate(result, towards: node.edges[index], index, of: operation, in: &gradients)
            }
        }
        if !keepGraph { node.release() }
    }
}

/// The nodes on paths from `root` to `targets`, in creation order.
///
/// It does not recurse, because a graph may be 100,000 nodes deep. A node that is older than every
/// target, `oldest`, cannot lead to one.
private func nodesTowards(_ targets: Set<ObjectIdentifier>, oldest: UInt64, from root: Node)
    -> [Node]
{
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(root)]
    var stack = [root]
    var all: [Node] = []
    while let node = stack.popLast() {
        // A released node no longer knows its inputs: without this check their gradients would be
        // zeros.
        require(
            !node.isSpent,
            "gradient: the graph was released by an earlier gradient; "
                + "pass keepGraph to that one")
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
    _ gradient: Tensor, towards edge: Node.Edge, _ index: Int, of operation: any Operation,
    in gradients: inout [GraphPlace: Tensor]
) {
    require(
        gradient.shape == edge.shape,
        "\(operation.name): gradient of shape \(gradient.shape) for input \(index) "
            + "of shape \(edge.shape)")
    let place = GraphPlace(node: ObjectIdentifier(edge.node!), output: edge.output)
    // Taken out first, so that the dictionary is not a second owner.
    guard var existing = gradients.removeValue(forKey: place) else {
        gradients[place] = gradient
        return
    }
    existing.accumulate(gradient)
    gradients[place] = existing
}
