import PlumblineModels
import PlumblineTensors

/// The images of a batch with what both losses compare them to.
struct AlignmentSamples {
    /// `[batch, height, width, channels]`.
    let image: Tensor
    let targets: [Int]
    let classification: Classification
    /// `[height, width]` for the images that have a location loss.
    let goals: [Tensor?]
    /// The numbers of the images that have a location loss.
    let positives: [Int]

    /// What the predictions of the whole batch are compared with.
    enum Classification {
        /// Binary cross entropy of each image's target class.
        ///
        /// - labels: in `[0, 1]`, one per image.
        /// - weights: of the labels, one per image.
        case target(labels: [Float], weights: [Float])
        /// Cross entropy over all classes.
        case allClasses(ClassificationLoss.CrossEntropyTerms)

        /// What the loss of every part of the batch is divided by.
        var total: Float {
            switch self {
            case .target(_, let weights): max(1e-12, weights.reduce(0, +))
            case .allClasses(let entropy): entropy.total
            }
        }
    }

    var positiveImages: Tensor { image.gathered(positives, axis: 0) }
    var positiveTargets: [Int] { positives.map { targets[$0] } }
    /// `[positives, height, width]`.
    var stackedGoals: Tensor { stacked(positives.map { goals[$0]! }) }

    /// The classification loss of some images, from a forward pass of their own.
    func classification(_ model: any Classifier, _ rows: [Int], _ pass: Pass) -> Tensor {
        let part = rows.count == targets.count ? image : image.gathered(rows, axis: 0)
        return loss(model.logits(part, pass), rows)
    }

    /// The classification loss of some images.
    ///
    /// - Parameter logits: `[rows, classes]`
    func loss(_ logits: Tensor, _ rows: [Int]) -> Tensor {
        switch classification {
        case .target(let labels, let weights):
            let targetLogits = logits.picked(rows.map { targets[$0] })
            let rowLabels = Tensor(rows.map { labels[$0] }, shape: [rows.count])
            let rowWeights = Tensor(rows.map { weights[$0] }, shape: [rows.count])
            let losses = targetLogits.softplus() - targetLogits * rowLabels
            return (losses * rowWeights).sum() / classification.total
        case .allClasses(let entropy):
            let terms = entropy.terms.gathered(rows, axis: 0)
            return -(logits.logSoftmax() * terms).sum() / entropy.total
        }
    }
}

/// Tensors of one shape as a batch: `[shape]` becomes `[tensors, shape]`.
public func stacked(_ tensors: [Tensor]) -> Tensor {
    concatenate(tensors.map { $0.reshaped([1] + $0.shape) }, axis: 0)
}
