import Foundation
import PlumblineTensors

/// What the outputs of a classifier mean together.
public enum OutputKind: String, Sendable, CaseIterable {
    /// Each class is present or not, whatever the other classes are.
    ///
    /// A probability is the sigmoid of its logit, and the loss is binary cross entropy.
    case multilabel
    /// Exactly one class is right.
    ///
    /// Probabilities are the softmax of the logits, and the loss is cross entropy.
    case multiclass

    /// The probabilities of all classes.
    ///
    /// - Parameter logits: `[batch, classes]`
    /// - Returns: `[batch, classes]`
    public func probabilities(_ logits: Tensor) -> Tensor {
        switch self {
        case .multilabel: logits.sigmoid()
        case .multiclass: logits.softmax()
        }
    }

    /// The probability of one class per image.
    ///
    /// - Parameters:
    ///   - logits: `[batch, classes]`
    ///   - targets: the index of a class, one per image.
    /// - Returns: `[batch]`
    public func probabilities(_ logits: Tensor, of targets: [Int]) -> Tensor {
        switch self {
        case .multilabel: logits.picked(targets).sigmoid()
        case .multiclass: logits.softmax().picked(targets)
        }
    }

    /// The logarithm of the probability of one class per image.
    ///
    /// - Parameters:
    ///   - logits: `[batch, classes]`
    ///   - targets: the index of a class, one per image.
    /// - Returns: `[batch]`
    public func logProbabilities(_ logits: Tensor, of targets: [Int]) -> Tensor {
        switch self {
        case .multilabel: -(-logits.picked(targets)).softplus()
        case .multiclass: logits.logSoftmax().picked(targets)
        }
    }

    /// Numbers that rank images by the probability of each class, in double precision: the log-odds
    /// `log(p / (1 - p))`.
    ///
    /// Probabilities near 1 are often equal in single precision; their log-odds are not.
    ///
    /// - Parameter logits: one per class.
    /// - Returns: one per class; NaN if a logit is not finite.
    public func logOdds(_ logits: [Float]) -> [Double] {
        let logits = logits.map(Double.init)
        guard self == .multiclass else { return logits }
        guard logits.allSatisfy(\.isFinite) else { return logits.map { _ in .nan } }
        // The log-odds are the logit minus the log of the sum of exp over the other classes.
        let first = logits.indices.reduce(0) { logits[$1] > logits[$0] ? $1 : $0 }
        let scaled = logits.map { exp($0 - logits[first]) }
        let total = scaled.reduce(0, +)
        return logits.indices.map { index in
            // Without subtraction for the largest, whose share may be nearly all.
            let others =
                index == first
                ? Self.logSumOfExp(logits.enumerated().filter { $0.offset != first }.map(\.element))
                : logits[first] + log(total - scaled[index])
            return logits[index] - others
        }
    }

    private static func logSumOfExp(_ values: [Double]) -> Double {
        guard let highest = values.max() else { return -.infinity }
        return highest + log(values.reduce(0) { $0 + exp($1 - highest) })
    }
}
