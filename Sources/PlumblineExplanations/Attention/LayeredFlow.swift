/// Maximum flow by Dinic's algorithm through layers of tokens, from token 0 of the last layer to a
/// token of the first.
///
/// A node is `layer * tokens + token`.
package struct LayeredFlow {
    /// The remaining capacity of block b from token i after it to token j before it, at
    /// `[b][i * tokens + j]`.
    private var forward: [[Float]]
    /// How much of the flow through the same edge could be pushed back.
    private var back: [[Float]]
    private let tokens: Int
    /// Layer `depth` is the output, layer 0 the input.
    private let depth: Int
    /// The number of edges from the source to each node; -1 for a node that cannot be reached.
    private var distance: [Int32] = []
    /// The next neighbour that the search tries at each node.
    private var next: [Int32] = []
    /// Smaller flows are rounding errors.
    private static let smallestFlow: Float = 1e-7

    /// - Parameter capacities: one matrix `[tokens * tokens]` per block.
    package init(capacities: [[Float]], tokens: Int) {
        forward = capacities
        back = capacities.map { [Float](repeating: 0, count: $0.count) }
        self.tokens = tokens
        depth = capacities.count
    }

    /// The largest flow to a patch.
    ///
    /// - Parameter patch: a token of layer 0, from 1.
    package mutating func maximum(to patch: Int) -> Float {
        let source = depth * tokens
        var total: Float = 0
        while measure(from: source, to: patch) {
            next = [Int32](repeating: 0, count: (depth + 1) * tokens)
            while true {
                let pushed = push(source, patch, .infinity)
                if pushed <= Self.smallestFlow { break }
                total += pushed
            }
        }
        return total
    }

    /// Neighbour `index` of a node and the remaining capacity to it.
    ///
    /// Neighbours are the tokens of the layer below, then those of the layer above.
    private func neighbour(_ node: Int, _ index: Int) -> (node: Int, capacity: Float)? {
        let (layer, token) = node.quotientAndRemainder(dividingBy: tokens)
        if index < tokens {
            return layer > 0
                ? ((layer - 1) * tokens + index, forward[layer - 1][token * tokens + index]) : nil
        }
        let above = index - tokens
        return layer < depth
            ? ((layer + 1) * tokens + above, back[layer][above * tokens + token]) : nil
    }

    /// Measures distances from the source, breadth first.
    ///
    /// - Returns: whether the patch can be reached.
    private mutating func measure(from source: Int, to patch: Int) -> Bool {
        distance = [Int32](repeating: -1, count: (depth + 1) * tokens)
        distance[source] = 0
        var queue = [source]
        var head = 0
        while head < queue.count {
            let node = queue[head]
            head += 1
            for index in 0..<2 * tokens {
                guard let (other, capacity) = neighbour(node, index), capacity > Self.smallestFlow,
                    distance[other] < 0
                else { continue }
                distance[other] = distance[node] + 1
                if other == patch { return true }
                queue.append(other)
            }
        }
        return false
    }

    /// Pushes flow along one shortest path.
    ///
    /// The recursion is as deep as the path is long.
    ///
    /// - Returns: how much was pushed.
    private mutating func push(_ node: Int, _ patch: Int, _ limit: Float) -> Float {
        if node == patch { return limit }
        while next[node] < 2 * tokens {
            let index = Int(next[node])
            if let (other, capacity) = neighbour(node, index), capacity > Self.smallestFlow,
                distance[other] == distance[node] + 1
            {
                let pushed = push(other, patch, min(limit, capacity))
                if pushed > Self.smallestFlow {
                    let (layer, token) = node.quotientAndRemainder(dividingBy: tokens)
                    if index < tokens {
                        forward[layer - 1][token * tokens + index] -= pushed
                        back[layer - 1][token * tokens + index] += pushed
                    } else {
                        back[layer][(index - tokens) * tokens + token] -= pushed
                        forward[layer][(index - tokens) * tokens + token] += pushed
                    }
                    return pushed
                }
            }
            next[node] += 1
        }
        return 0
    }
}
