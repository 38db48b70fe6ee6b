import PlumblineModels
import PlumblineTensors

/// Attention flow (Abnar & Zuidema, arXiv 2005.00928, section 3).
///
/// It is the largest flow from the last block's class token to each patch. The capacities of the
/// network are the mean attention over heads, mixed with the identity. It does not depend on the
/// class. One flow is computed per patch, which takes seconds per image.
public struct AttentionFlow: AttentionExplanation {
    public var name: String { "attention_flow" }
    public var isDifferentiable: Bool { false }
    public init() {}

    public func relevance(of request: Request, from trace: Trace) throws -> Tensor {
        let blocks = try meanAttention(trace, request)
        let tokens = blocks[0].shape[1]
        var flows: [Float] = []
        for row in 0..<request.count {
            let capacities = blocks.map { block in
                let values = block.sliced(0, row..<(row + 1)).values
                return values.indices.map {
                    ($0 / tokens == $0 % tokens ? 0.5 : 0) + 0.5 * values[$0]
                }
            }
            for patch in 1..<tokens {
                var network = LayeredFlow(capacities: capacities, tokens: tokens)
                flows.append(network.maximum(to: patch))
            }
        }
        return request.patchMap(Tensor(flows, shape: [request.count, tokens - 1]))
    }
}
