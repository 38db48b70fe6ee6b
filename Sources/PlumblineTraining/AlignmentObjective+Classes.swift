import PlumblineData
import PlumblineExplanations
import PlumblineModels
import PlumblineTensors

extension AlignmentObjective {
    /// The mean of the objectives of ``target`` and ``furtherTargets``.
    func evaluateAll(
        _ model: any Classifier, _ batch: Batch, noise: RandomGenerator, separatesLocation: Bool
    ) throws -> ObjectiveResult {
        guard batch.furtherMasks.count == furtherTargets.count else {
            throw ExplanationError(
                "\(batch.furtherMasks.count) sets of masks for \(furtherTargets.count) further "
                    + "classes")
        }
        var results: [ObjectiveResult] = []
        for place in 0...furtherTargets.count {
            var objective = self
            objective.furtherTargets = []
            var part = batch
            part.furtherMasks = []
            if place > 0 {
                objective.target = .index(furtherTargets[place - 1])
                part.masks = batch.furtherMasks[place - 1]
            }
            results.append(
                try objective.evaluate(
                    model, part, noise: place == 0 ? noise : noise.stream("class \(place)"),
                    separatesLocation: separatesLocation))
        }
        return Self.mean(results)
    }

    private static func mean(_ results: [ObjectiveResult]) -> ObjectiveResult {
        let share = 1 / Float(results.count)
        let locations = results.compactMap(\.locationLoss)
        var mean = ObjectiveResult(
            loss: results.reduce(0) { $0 + $1.loss } * share,
            classificationLoss: results.reduce(0) { $0 + $1.classificationLoss } * share,
            locationLoss: locations.isEmpty
                ? nil : locations.reduce(0, +) / Float(locations.count),
            gradients: [])
        var located: [Tensor] = []
        for result in results {
            mean.gradients.accumulate(result.gradients.map { $0 * share })
            if let gradients = result.locationGradients {
                located.accumulate(gradients.map { $0 * share })
            }
            mean.locationFacts += result.locationFacts
        }
        mean.locationGradients = located.isEmpty ? nil : located
        return mean
    }
}
