import Plumbline

try ModelRegistry.register(SmallNet.self)

// It has a name like every other model: model.name: smallnet, model.config: {"width": 16}
let images = try ImageDataset(
    PhantomSource(count: 48, size: 64, seed: 5), preprocessing: Preprocessing(size: 64),
    target: "Cardiomegaly")
let model = try ModelRegistry.make(
    "smallnet", classes: images.classes.count,
    configuration: ModelConfiguration(json: #"{"width": 16}"#))
let plan = FineTuningPlan(epochs: 3, accumulation: 1, learningRate: 0.003)
try FineTuner.train(model, SupervisedObjective(), on: images, batchSize: 16, plan: plan)
let methods = try ["gradient", "grad_cam", "lrp_epsilon_plus"].map {
    Evaluator.Method($0, try ExplanationRegistry.make($0))
}
let scores = try Evaluator(model: model, methods: methods, target: 0)
    .scores([MassAccuracy()], on: images)
for method in methods { print(method.name, scores.mean("mass_accuracy", method: method.name)) }
