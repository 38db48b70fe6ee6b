import PlumblineModels
import PlumblineTensors

/// A method that sums over many points: `R = F(sum_k c_k)`, where the contributions c of one point
/// do not depend on those of the others.
///
/// Such a method is trained through in constant memory. The sums are computed first, without a
/// graph. The loss then gives the cotangents of the sums. Each point's contributions are computed
/// again, one point at a time. See ``gradients(through:withRespectTo:loss:)``.
public protocol AveragingExplanation: ProbingExplanation {
    /// The number of points.
    var steps: Int { get }

    /// The contributions of one point to each of the sums.
    ///
    /// - Parameter step: the point's number, below ``steps``.
    /// - Throws: ``ExplanationError`` if the method is not defined on the model.
    func contributions(_ step: Int, of request: Request, createGraph: Bool) throws -> [Tensor]

    /// The relevance from the sums, `[batch, height, width, channels]`.
    func combined(_ sums: [Tensor], of request: Request) -> Tensor
}

extension AveragingExplanation {
    public func relevance(probing request: Request) throws -> Tensor {
        combined(try sums(of: request, createGraph: request.createsGraph), of: request)
    }

    private func sums(of request: Request, createGraph: Bool) throws -> [Tensor] {
        try ExplanationError.requirePositive(steps, "steps", of: name)
        var sums: [Tensor] = []
        for step in 0..<steps {
            let contributions = try contributions(step, of: request, createGraph: createGraph)
            if sums.isEmpty {
                sums = contributions
            } else {
                for index in contributions.indices {
                    sums[index] = sums[index] + contributions[index]
                }
            }
        }
        return sums
    }

    /// Only the graph of one point is alive at a time.
    public func gradients(
        through request: Request, withRespectTo parameters: [Tensor], loss: (Tensor) -> Tensor
    ) throws -> [Tensor] {
        try check(request.model)
        // The second visit must see the same noise, and must not move the running statistics again.
        let repeated = request.repeated
        let variables = try sums(of: request, createGraph: false).map(\.asVariable)
        let value = loss(combined(variables, of: request))
        let cotangents = gradient(of: value, withRespectTo: variables)
        var total: [Tensor] = []
        for step in 0..<steps {
            let contributions = try contributions(step, of: repeated, createGraph: true)
            let products = zip(contributions, cotangents).map { ($0 * $1).sum() }
            total.accumulate(
                gradient(
                    of: products.dropFirst().reduce(products[0], +), withRespectTo: parameters))
        }
        return total
    }
}
