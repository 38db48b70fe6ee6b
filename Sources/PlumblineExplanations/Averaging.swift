import PlumblineModels
import PlumblineTensors

/// A method that sums over many points: `R = F(sum_k c_k)`, with the contributions c of one point
/// independent of the others'.
///
/// Such a method is trained through in constant memory: the sums first, without a graph; then what
/// the loss wants of them; then each point's contributions again, alone. See
/// ``AveragingExplanation/trained(through:parameters:loss:)``.
public protocol AveragingExplanation: Explanation {
    /// How many points are summed over.
    var steps: Int { get }

    /// The contributions of point `step`, below ``steps``, to each of the sums.
    func contributions(_ step: Int, of subject: Subject, createGraph: Bool) -> [Tensor]

    /// The relevance from the sums.
    func combined(_ sums: [Tensor], of subject: Subject) -> Tensor
}

extension AveragingExplanation {
    public func captures(of model: any Classifier) -> Captures? { nil }

    public func relevance(of subject: Subject, createGraph: Bool) -> Tensor {
        combined(sums(of: subject, createGraph: createGraph), of: subject)
    }

    private func sums(of subject: Subject, createGraph: Bool) -> [Tensor] {
        var sums: [Tensor] = []
        for step in 0..<steps {
            let found = contributions(step, of: subject, createGraph: createGraph)
            if sums.isEmpty {
                sums = found
            } else {
                for index in found.indices { sums[index] = sums[index] + found[index] }
            }
            subject.progress?(step + 1, steps)
        }
        return sums
    }

    /// A loss of the relevance, and its gradient through the explanation. The graph of one point is
    /// alive at a time.
    ///
    /// - Parameter loss: a scalar from the relevance.
    public func trained(
        through subject: Subject, parameters: [Tensor], loss: (Tensor) -> Tensor
    ) -> (loss: Tensor, gradients: [Tensor]) {
        // The second visit must see the same noise, and must not move the running statistics again.
        let again = subject.repeated
        let variables = sums(of: subject, createGraph: false).map(\.asVariable)
        let value = loss(combined(variables, of: subject))
        let cotangents = gradient(of: value, withRespectTo: variables)
        var total: [Tensor] = []
        for step in 0..<steps {
            let found = contributions(step, of: again, createGraph: true)
            let part = zip(found, cotangents).map { ($0 * $1).sum() }
            total.accumulate(
                gradient(of: part.dropFirst().reduce(part[0], +), withRespectTo: parameters))
        }
        return (value.detached, total)
    }
}

extension [Tensor] {
    /// Adds `others` entry by entry; takes them over where there is nothing yet.
    package mutating func accumulate(_ others: [Tensor]) {
        if isEmpty {
            self = others
        } else {
            for index in others.indices { self[index].accumulate(others[index]) }
        }
    }
}
