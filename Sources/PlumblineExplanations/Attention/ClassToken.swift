import PlumblineModels
import PlumblineTensors

// What methods that follow attention to a class token share.

/// A method that follows attention to a class token.
protocol AttentionExplanation: Explanation {}

extension AttentionExplanation {
    public func check(_ model: any Classifier) throws { try requireClassToken(model, name) }
    public func captures(of model: any Classifier) -> Captures? { .attention }

    /// Each block's attention as a mean over heads, `[batch, tokens, tokens]`, outside the graph.
    func meanAttention(_ subject: Subject) -> [Tensor] {
        subject.traced(.attention).attention.map { $0.detached.mean([1]) }
    }
}

extension Captures {
    /// Each block's attention weights.
    static var attention: Captures { Captures(attention: true) }
}

/// What reaches the class token from each patch: its row of `[batch, tokens, tokens]` without
/// itself.
func classTokenRow(_ rolled: Tensor) -> Tensor {
    rolled.sliced(1, 0..<1).sliced(2, 1..<rolled.shape[2])
}

extension Subject {
    /// A value for each patch of each image as a map of the image's size.
    func patchMap(_ values: Tensor) -> Tensor {
        let side = squareSide(values.count / count)
        return values.reshaped([count, side, side, 1]).resized(
            height: image.shape[1], width: image.shape[2])
    }
}

/// Patches a side of a square of `patches`.
func squareSide(_ patches: Int) -> Int { Int(Float(patches).squareRoot().rounded()) }

func requireClassToken(_ model: any Classifier, _ method: String) throws {
    switch model.attentionKind {
    case .global: return
    case .windows:
        throw ExplanationError(
            "\(method) follows attention to a class token, and \(model.name) attends within windows "
                + "and has none; grad_cam and attn_lrp work on it"
        )
    case .none:
        throw ExplanationError(
            "\(method) follows attention, and \(model.name) has none; "
                + "grad_cam and lrp_epsilon_plus work on it"
        )
    }
}

extension Tensor {
    static func identity(_ size: Int) -> Tensor {
        Tensor((0..<size * size).map { $0 / size == $0 % size ? 1 : 0 }, shape: [size, size])
    }
}
