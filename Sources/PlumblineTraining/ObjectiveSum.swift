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
    /// Whether the gradient of the location loss is kept apart too.
    private let separatesLocation: Bool
    private var locationGradients: [Tensor]?
    private var facts = LocationFacts()

    /// Two losses of one graph.
    struct Losses {
        let classification: Tensor
        let location: Tensor
        /// The weight of the location loss.
        let weight: Float
    }

    init(parameters: [Tensor], separatesLocation: Bool = false) {
        self.parameters = parameters
        self.separatesLocation = separatesLocation
    }

    mutating func add(_ facts: LocationFacts) { self.facts += facts }

    mutating func add(classification loss: Tensor) {
        classification += loss.item
        gradients.accumulate(gradient(of: loss, withRespectTo: parameters))
    }

    /// - Parameter gradients: of the weighted loss.
    mutating func add(location loss: Float, weight: Float, _ gradients: [Tensor]) {
        location = loss
        self.weight = weight
        self.gradients.accumulate(gradients)
        if separatesLocation { locationGradients = gradients.map { $0 + 0 } }
    }

    mutating func add(_ losses: Losses) {
        classification += losses.classification.item
        location = losses.location.item
        weight = losses.weight
        // The sum is taken of both losses at once in any case, so that its bits do not depend on
        // whether the location gradient is wanted.
        let ofClassification =
            separatesLocation
            ? gradient(of: losses.classification, withRespectTo: parameters, keepGraph: true) : nil
        let ofBoth = gradient(
            of: losses.classification + losses.location * losses.weight, withRespectTo: parameters)
        if let ofClassification {
            locationGradients = zip(ofBoth, ofClassification).map { $0 - $1 }
        }
        gradients.accumulate(ofBoth)
    }

    var result: ObjectiveResult {
        ObjectiveResult(
            loss: classification + weight * (location ?? 0), classificationLoss: classification,
            locationLoss: location, gradients: gradients, locationGradients: locationGradients,
            locationFacts: facts)
    }
}
