import PlumblineModels
import PlumblineTensors

/// Class activation mapping (Zhou et al., arXiv 1512.04150, eq. 2): where a linear layer reads the
/// mean of the features A, `R = max(0, sum_k w_k A_k)` with w that layer's weights for the class.
public struct CAM: Explanation {
    public var name: String { "cam" }
    public init() {}

    public func check(_ model: any Classifier) throws {
        guard model.pooledClassifier == nil else { return }
        throw ExplanationError(
            "\(name) needs a linear layer on pooled features, which \(model.name) lacks; "
                + "grad_cam generalises it and works on it"
        )
    }

    public func captures(of model: any Classifier) -> Captures? {
        FeatureMap.captures(model, layer: pooledFeatures)
    }

    public func relevance(of subject: Subject, createGraph: Bool) -> Tensor {
        guard let weight = subject.model.pooledClassifier?.value else {
            preconditionFailure("\(name): \(subject.model.name) was not checked by check(_:)")
        }
        let a = subject.featureMap(layer: pooledFeatures).features.values
        let rows = weight.gathered(subject.targets, axis: 0).reshaped([
            subject.count, 1, 1, weight.shape[1],
        ])
        let map = (a * rows).sum([3])
        return subject.activationMap(createGraph ? map : map.detached)
    }
}
