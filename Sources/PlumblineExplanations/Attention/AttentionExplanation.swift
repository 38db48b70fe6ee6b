import PlumblineModels
import PlumblineTensors

/// A method that follows attention to a class token.
protocol AttentionExplanation: Explanation {}

extension AttentionExplanation {
    public func check(_ model: any Classifier) throws {
        switch model.traits.attentionKind {
        case .global: return
        case .windows:
            throw ExplanationError(
                "\(name) follows attention to a class token; \(model.name) has no class token and "
                    + "attends within windows; grad_cam and attn_lrp work on it")
        case .none:
            throw ExplanationError(
                "\(name) follows attention, and \(model.name) has none; "
                    + "grad_cam and lrp_epsilon_plus work on it")
        }
    }

    public func captures(of model: any Classifier) -> Captures? { Captures(attention: true) }

    /// The attention weights of each block, `[batch, heads, tokens, tokens]`.
    ///
    /// - Throws: ``ExplanationError`` if the trace does not fit, or the model has no attention.
    func attention(_ trace: Trace, _ request: Request) throws -> [Tensor] {
        try require(trace, for: request)
        guard !trace.attention.isEmpty else {
            throw ExplanationError(
                "\(name): \(request.model.name) says that it has attention and computes none")
        }
        return trace.attention
    }

    /// The mean over heads of each block's attention, `[batch, tokens, tokens]`, outside the graph.
    func meanAttention(_ trace: Trace, _ request: Request) throws -> [Tensor] {
        try attention(trace, request).map { $0.detached.mean([1]) }
    }
}

/// What reaches the class token from each patch.
///
/// - Parameter rollout: `[batch, tokens, tokens]`; the class token is token 0.
/// - Returns: the row of the class token without the token itself, `[batch, 1, tokens - 1]`.
func classTokenRow(_ rollout: Tensor) -> Tensor {
    rollout.sliced(1, 0..<1).sliced(2, 1..<rollout.shape[2])
}

extension Request {
    /// One value per patch and image, as a map of the image's size.
    ///
    /// - Parameter values: as many as patches, of each image.
    /// - Returns: `[batch, height, width, 1]`
    func patchMap(_ values: Tensor) -> Tensor {
        let side = squareSide(values.count / count)
        return values.reshaped([count, side, side, 1]).resized(
            height: image.shape[1], width: image.shape[2])
    }
}

/// The side of a square of `patches` patches.
func squareSide(_ patches: Int) -> Int { Int(Float(patches).squareRoot().rounded()) }
