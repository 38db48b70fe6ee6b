import PlumblineModels
import PlumblineTensors

/// The logit is a sum of weighted pixels.
final class LinearClassifier: Classifier, @unchecked Sendable {
    let name = "linear"
    let classCount = 1
    let parameters: [Parameter] = []
    let hasBatchNorm = false
    private let weights: Tensor

    init(_ weights: [Float]) { self.weights = Tensor(weights, shape: [weights.count, 1]) }

    func logits(_ image: Tensor, _ pass: Pass) -> Tensor {
        image.reshaped([image.shape[0], weights.shape[0]]).matmul(weights)
    }
}
