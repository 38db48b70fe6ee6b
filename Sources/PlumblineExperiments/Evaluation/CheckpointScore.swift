import PlumblineEvaluation
import PlumblineMetrics
import PlumblineTensors
import PlumblineTraining

/// The scores that the best checkpoints of a stage are chosen by.
struct CheckpointScore {
    /// `nil` if all labels are equal.
    var auroc: Double?
    /// The mean location loss under the settings of the training objective.
    ///
    /// `nil` if the loss of any image is not finite. The mean of the other images would prefer a
    /// model that cannot be explained.
    var locationLoss: Double?
    /// The number of images whose location loss is not finite.
    var missingLosses = 0
}

extension Validation {
    /// - Parameter objective: its location loss is computed; `nil` for the AUROC alone.
    func checkpointScore(_ objective: AlignmentObjective?) throws -> CheckpointScore {
        let methods = objective.map {
            [
                Evaluator.Method(
                    $0.explanation.name, $0.explanation, outputSeed: $0.outputSeed,
                    quantity: $0.quantity)
            ]
        }
        var losses: [Double] = []
        let predictions = try run(methods ?? []) { index in
            try isPositive(index) && dataset.resizedMask(index) != nil
        } body: { evaluated in
            // As in training, a mask that is empty after resizing is not used.
            guard let objective, let evidence = evaluated.evidence.first,
                let mask = evaluated.maskAtModelSize, mask.max().item > 0,
                let goal = objective.scenario.goal(mask)
            else { return }
            let loss = objective.settings.location(
                evidence.relevance.reshaped([1] + evidence.relevance.shape),
                goal.reshaped([1] + goal.shape))
            losses.append(Double(loss.item))
        }
        let missing = losses.count { !$0.isFinite }
        let mean = losses.reduce(0, +) / Double(losses.count)
        return CheckpointScore(
            auroc: predictions.areaUnderROC.value,
            locationLoss: missing == 0 && !losses.isEmpty ? mean : nil, missingLosses: missing)
    }
}
