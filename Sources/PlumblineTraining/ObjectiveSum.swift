import PlumblineTensors

/// Adds losses and gradients, so that the graphs of separate forward passes need not be alive at
/// the same time.
struct ObjectiveSum {
    /// What gradients are taken with respect to.
    let parameters: [Tensor]
    private var gradients: [Tensor] = []
    private var classification: Float = 0
    private var location: Float?
    private var weight: Float = 0

    /// Two losses of one graph.
    struct Losses {
        let classification: Tensor
        let location: Tensor
        /// The weight of the location loss.
        let weight: Float
    }

    init(parameters: [Tensor]) { self.parameters = parameters }

    mutating func add(classification loss: Tensor) {
        classification += loss.item
        gradients.accumulate(gradient(of: loss, withRespectTo: parameters))
    }

    /// - Parameter gradients: of the weighted loss.
    mutating func add(location loss: Float, weight: Float, _ gradients: [Tensor]) {
        location = loss
        self.weight = weight
        self.gradients.accumulate(gradients)
    }

    mutating func add(_ losses: Losses) {
        classification += losses.classification.item
        location = losses.location.item
        weight = losses.weight
        gradients.accumulate(
            gradient(
                of: losses.classification + losses.location * losses.weight,
                withRespectTo: parameters))
    }

    var result: ObjectiveResult {
        ObjectiveResult(
            loss: classification + weight * (location ?? 0), classificationLoss: classification,
            locationLoss: location, gradients: gradients)
    }
}
