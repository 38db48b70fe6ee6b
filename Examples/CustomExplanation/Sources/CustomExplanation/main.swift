import Plumbline

try ExplanationRegistry.register("powered_gradient", keys: [PoweredGradient.power.declaration]) {
    PoweredGradient(power: $0[PoweredGradient.power])
}

// A configuration may name it and its setting; a model may also be trained through it.
let configuration = try Configuration(
    yaml: "explanation: {power: 2}", file: "example",
    overrides: ["align.explanation=powered_gradient"])
let squared = try ExplanationRegistry.makeDifferentiable(
    configuration.align.explanation, configuration.explanationSettings())
let images = try ImageDataset(
    PhantomSource(count: 24, size: 64, seed: 3), preprocessing: Preprocessing(size: 64),
    target: "Cardiomegaly")
let model = try ModelRegistry.make("densenet_mini", classes: images.classes.count)
let objective = AlignmentObjective(scenario: .align, explanation: squared, target: 0)
let plan = FineTuningPlan(epochs: 2, accumulation: 1, learningRate: 0.001)
try FineTuner.train(model, objective, on: images, batchSize: 8, plan: plan) {
    print("step \($0.step): location loss \($0.locationLoss ?? .nan)")
}
