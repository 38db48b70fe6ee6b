import PlumblineModels
import PlumblineTensors

/// Class activation mapping (Zhou et al., arXiv 1512.04150, equation 2).
///
/// It is defined on models whose last layer is a linear layer on the mean of the features A:
/// `R = max(0, sum_k w_k A_k)`, where w is that layer's weight for the class.
public struct CAM: Explanation {
    public var name: String { "cam" }
    public init() {}

    public func check(_ model: any Classifier) throws { _ = try weight(of: model) }

    private func weight(of model: any Classifier) throws -> Parameter {
        if let weight = model.traits.pooledClassifier { return weight }
        throw ExplanationError(
            "\(name) needs a linear layer on pooled features, which \(model.name) lacks; "
                + "grad_cam generalises it and works on it")
    }

    public func captures(of model: any Classifier) -> Captures? {
        FeatureMap.captures(model, layer: pooledFeatures)
    }

    public func relevance(of request: Request, from trace: Trace) throws -> Tensor {
        try require(trace, for: request)
        let weight = try weight(of: request.model).value
        let features = try FeatureMap(trace, request.model, layer: pooledFeatures, for: name)
        let weights = weight.gathered(request.targets, axis: 0).reshaped([
            request.count, 1, 1, weight.shape[1],
        ])
        let map = (features.values * weights).sum([3])
        return request.activationMap(request.factor(map, request.createsGraph))
    }

    /// The maps of all classes at the resolution of the features, before negative values are
    /// removed: `sum_k w_ck A_k`.
    ///
    /// Their mean over positions, plus the bias, is the logit of the class.
    ///
    /// - Parameter trace: captured ``captures(of:)``.
    /// - Returns: `[batch, rows, columns, classes]`
    /// - Throws: ``ExplanationError`` if the model has no linear layer on pooled features.
    public func classMaps(_ model: any Classifier, _ trace: Trace) throws -> Tensor {
        let weight = try weight(of: model).value
        let values = try FeatureMap(trace, model, layer: pooledFeatures, for: name).values
        let shape = values.shape
        return values.reshaped([-1, shape[3]]).matmul(weight, otherTransposed: true)
            .reshaped([shape[0], shape[1], shape[2], weight.shape[0]])
    }
}
