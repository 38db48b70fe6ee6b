import Plumbline

// Synthetic radiographs with exact masks. Class 1 is "Pleural Effusion".
let (size, target) = (Preprocessing(size: 96), "Pleural Effusion")
let training = try ImageDataset(
    PhantomSource(count: 240, size: 96, seed: 1), preprocessing: size, target: target)
let held = try ImageDataset(
    PhantomSource(count: 80, size: 96, seed: 2), preprocessing: size, target: target)

// Train a starting model.
let start = try ModelRegistry.make("densenet_mini", classes: training.classes.count)
let plan = FineTuningPlan(epochs: 8, accumulation: 1, learningRate: 0.002)
try FineTuner.train(start, SupervisedObjective(), on: training, batchSize: 16, plan: plan)

// Fine-tune it twice: its gradients agree with the masks, or they do not.
let gradient = GradientExplanation()
let scores = try [Scenario.align, .misalign].map { scenario in
    let objective = AlignmentObjective(scenario: scenario, explanation: gradient, target: 1)
    let model = try start.copy()
    try FineTuner.train(model, objective, on: training, batchSize: 16, plan: plan)
    let evaluator = try Evaluator(model: model, methods: [.init("gradient", gradient)], target: 1)
    return try evaluator.scores([MassAccuracy()], on: held)
}
