import Foundation
import PlumblineData
import PlumblineEvaluation
import PlumblineModels
import PlumblineTensors
import PlumblineTraining

extension Experiment {
    /// Measures the time of a step of each stage, and of an evaluated image.
    func measure(_ estimate: inout RunEstimate) throws {
        for index in estimate.stages.indices where estimate.stages[index].remainingSteps > 0 {
            let name = estimate.stages[index].name
            let scenario = scenarios.first { $0.name == name }
            // Both scenarios do the same work, so one is measured.
            let otherScenario = estimate.stages[..<index].first { $0.name != "start" }?
                .secondsPerStep
            if scenario != nil, let otherScenario {
                estimate.stages[index].secondsPerStep = otherScenario
                continue
            }
            estimate.stages[index].secondsPerStep = try secondsPerStep(name, scenario)
        }
        estimate.secondsPerEvaluatedImage = try secondsPerEvaluatedImage()
    }

    private func secondsPerStep(_ name: String, _ scenario: Scenario?) throws -> Double {
        let settings = training(of: name)
        let images = self.images(of: name).training
        let objective: any TrainingObjective
        if let scenario {
            var alignment = try configuration.align.makeObjective(
                scenario, target: target, configuration.explanationSettings())
            alignment.furtherTargets = images.furtherClasses
            objective = alignment
        } else {
            objective = configuration.train.supervisedObjective
        }
        let model = try freshModel(configuration)
        try configuration.freeze(model, isAlignment: scenario != nil)
        let batches = images.batches(size: settings.batchSize, seed: 0, epoch: 0)
        let random = RandomGenerator(seed: 0)
        func take(_ number: Int) throws {
            try Interruption.check("while the time of a step was measured")
            let indices = batches[number % batches.count]
            _ = try objective.evaluate(model, images.batch(indices), noise: random)
        }
        // Not counted: the first batch also fills caches.
        try take(0)
        let began = DispatchTime.now().uptimeNanoseconds
        try take(1)
        try take(2)
        let seconds = Double(DispatchTime.now().uptimeNanoseconds - began) / 1e9
        return seconds / 2 * Double(min(settings.accumulation, batches.count))
    }

    /// The time of one image with every evaluated explanation.
    ///
    /// The first pass is not counted.
    private func secondsPerEvaluatedImage() throws -> Double {
        let dataset = data.evaluate.subset([0])
        let validation = try stages.validation(freshModel(configuration), dataset)
        let methods = try configuration.evaluatedMethods()
        func explain() throws {
            _ = try validation.run(methods) { _ in
                true
            } body: { _ in
            }
        }
        try explain()
        let began = DispatchTime.now().uptimeNanoseconds
        try explain()
        return Double(DispatchTime.now().uptimeNanoseconds - began) / 1e9
    }
}
