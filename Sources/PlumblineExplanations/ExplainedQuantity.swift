import PlumblineModels
import PlumblineTensors

/// What is explained of a class.
///
/// Methods that do not read the output, such as attention rollout, and ``ClassActivationMap``,
/// which reads the weights of the last layer, give the same map for all of them.
public enum ExplainedQuantity: String, Sendable, CaseIterable {
    /// The output of the last layer.
    case logit
    /// The logarithm of the probability.
    case logProbability = "log_probability"
    /// The probability: sigmoid or softmax, by the model's ``OutputKind``.
    case probability
    /// The logit minus the largest logit of the other classes.
    case margin

    /// The explained values.
    ///
    /// - Parameters:
    ///   - logits: `[batch, classes]`
    ///   - targets: the index of the explained class, one per image.
    /// - Returns: `[batch]`
    package func values(_ logits: Tensor, of targets: [Int], _ output: OutputKind) -> Tensor {
        switch self {
        case .logit: return logits.picked(targets)
        case .logProbability: return output.logProbabilities(logits, of: targets)
        case .probability: return output.probabilities(logits, of: targets)
        case .margin:
            let targetLogits = logits.picked(targets)
            return targetLogits - Self.others(logits, than: targets).max([1])
        }
    }

    /// The logits of the other classes, `[batch, classes - 1]`.
    private static func others(_ logits: Tensor, than targets: [Int]) -> Tensor {
        let classes = logits.shape[1]
        let rows = targets.enumerated().map { row, target in
            logits.sliced(0, row..<(row + 1))
                .gathered((0..<classes).filter { $0 != target }, axis: 1)
        }
        return concatenate(rows, axis: 0)
    }

    /// Why a model has no such quantity; `nil` if it has.
    func problem(_ model: any Classifier) -> String? {
        guard self == .margin, model.output != .multiclass else { return nil }
        return "explanation.of: margin compares classes that exclude each other, "
            + "and \(model.name) is multilabel; logit, log_probability and probability are possible"
    }
}
