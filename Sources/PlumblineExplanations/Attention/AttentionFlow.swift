import PlumblineModels
import PlumblineTensors

/// Attention flow (Abnar & Zuidema, arXiv 2005.00928, section 3): the largest flow from the last
/// block's class token to each patch through a network whose capacities are the mean attention,
/// mixed with the identity. It does not see the class. A flow is solved for each patch, which takes
/// seconds an image.
public struct AttentionFlow: AttentionExplanation {
    public var name: String { "attention_flow" }
    public var isDifferentiable: Bool { false }
    public init() {}

    public func relevance(of subject: Subject, createGraph: Bool) -> Tensor {
        let blocks = meanAttention(subject), tokens = blocks[0].shape[1],
            total = subject.count * (tokens - 1)
        var flows: [Float] = []
        for row in 0..<subject.count {
            let capacities = blocks.map { block in
                let values = block.sliced(0, row..<(row + 1)).values
                return values.indices.map {
                    ($0 / tokens == $0 % tokens ? 0.5 : 0) + 0.5 * values[$0]
                }
            }
            for patch in 1..<tokens {
                var network = LayeredFlow(capacities: capacities, tokens: tokens)
                flows.append(network.maximum(to: patch))
                subject.progress?(flows.count, total)
            }
        }
        return subject.patchMap(Tensor(flows, shape: [subject.count, tokens - 1]))
    }
}

/// Maximum flow by Dinic's algorithm through layers of tokens, from token 0 of the last to one of
/// the first.
package struct LayeredFlow {
    /// Of block b, from token i after it to token j before it, at `[b][i * tokens + j]`; what is
    /// left, and what could be pushed back.
    private var forward: [[Float]], back: [[Float]]
    private let tokens: Int
    /// Layer `depth` is the output, layer 0 the input.
    private let depth: Int
    private var distance: [Int32] = [], next: [Int32] = []
    private static let least: Float = 1e-7

    package init(capacities: [[Float]], tokens: Int) {
        forward = capacities
        back = capacities.map { [Float](repeating: 0, count: $0.count) }
        (self.tokens, depth) = (tokens, capacities.count)
    }

    package mutating func maximum(to patch: Int) -> Float {
        let source = depth * tokens
        var total: Float = 0
        while measure(from: source, to: patch) {
            next = [Int32](repeating: 0, count: (depth + 1) * tokens)
            while true {
                let pushed = push(source, patch, .infinity)
                if pushed <= Self.least { break }
                total += pushed
            }
        }
        return total
    }

    /// What is left from node to neighbour `index`: tokens of the layer below, then of the layer
    /// above.
    private func left(_ node: Int, _ index: Int) -> (node: Int, capacity: Float)? {
        let (layer, token) = node.quotientAndRemainder(dividingBy: tokens)
        if index < tokens {
            return layer > 0
                ? ((layer - 1) * tokens + index, forward[layer - 1][token * tokens + index]) : nil
        }
        let above = index - tokens
        return layer < depth
            ? ((layer + 1) * tokens + above, back[layer][above * tokens + token]) : nil
    }

    private mutating func measure(from source: Int, to patch: Int) -> Bool {
        distance = [Int32](repeating: -1, count: (depth + 1) * tokens)
        distance[source] = 0
        var queue = [source], head = 0
        while head < queue.count {
            let node = queue[head]
            head += 1
            for index in 0..<2 * tokens {
                guard let (other, capacity) = left(node, index), capacity > Self.least,
                    distance[other] < 0
                else { continue }
                distance[other] = distance[node] + 1
                if other == patch { return true }
                queue.append(other)
            }
        }
        return false
    }

    /// Recursion is as deep as a shortest path is long.
    private mutating func push(_ node: Int, _ patch: Int, _ limit: Float) -> Float {
        if node == patch { return limit }
        while next[node] < 2 * tokens {
            let index = Int(next[node])
            if let (other, capacity) = left(node, index), capacity > Self.least,
                distance[other] == distance[node] + 1
            {
                let pushed = push(other, patch, min(limit, capacity))
                if pushed > Self.least {
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
