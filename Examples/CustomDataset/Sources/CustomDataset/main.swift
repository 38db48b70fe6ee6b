import Plumbline

let preprocessing = Preprocessing(size: 64)
let training = try ImageDataset(
    ShapeSource(count: 64), preprocessing: preprocessing, target: "square")
let model = try ModelRegistry.make("densenet_mini", classes: 2)
let plan = FineTuningPlan(epochs: 6, accumulation: 1, learningRate: 0.003)
try FineTuner.train(model, SupervisedObjective(), on: training, batchSize: 16, plan: plan) {
    print("step \($0.step): loss \($0.loss)")
}
let method = Evaluator.Method("grad_cam", try ExplanationRegistry.make("grad_cam"))
let scores = try Evaluator(model: model, methods: [method], target: 0)
    .scores([MassAccuracy(), MaskAreaShare()], on: training)
print("mass accuracy \(scores.mean("mass_accuracy")), chance \(scores.mean("mask_area_share"))")
