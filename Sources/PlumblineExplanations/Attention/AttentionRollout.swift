import PlumblineModels
import PlumblineTensors

/// Attention rollout (Abnar & Zuidema, arXiv 2005.00928, equation 1).
///
/// It is the class token's row of the product over blocks of `(A + I) / 2`, where A is the mean
/// attention over heads. It does not depend on the class.
public struct AttentionRollout: AttentionExplanation {
    public var name: String { "attention_rollout" }
    public var isDifferentiable: Bool { false }
    public init() {}

    public func relevance(of request: Request, from trace: Trace) throws -> Tensor {
        let blocks = try meanAttention(trace, request)
        return withoutGradients {
            let identity = identityMatrix(blocks[0].shape[1])
            let rollout = blocks.dropFirst().reduce(mixed(blocks[0], identity)) {
                mixed($1, identity).matmul($0)
            }
            return request.patchMap(classTokenRow(rollout))
        }
    }

    private func mixed(_ attention: Tensor, _ identity: Tensor) -> Tensor {
        (attention + identity) * 0.5
    }
}

/// The identity matrix, `[size, size]`.
func identityMatrix(_ size: Int) -> Tensor {
    Tensor((0..<size * size).map { $0 / size == $0 % size ? 1 : 0 }, shape: [size, size])
}
