import Plumbline

try MetricRegistry.register { CentreDistance() }

// From now on configurations may name it: evaluate.metrics: [mass_accuracy, centre_distance]
let metrics = try ["mass_accuracy", "centre_distance"].map(MetricRegistry.make)
let images = try ImageDataset(
    PhantomSource(count: 40, size: 64, seed: 1), preprocessing: Preprocessing(size: 64),
    target: "Cardiomegaly")
let model = try ModelRegistry.make("resnet_mini", classes: images.classes.count)
let method = Evaluator.Method("gradient", GradientExplanation())
let scores = try Evaluator(model: model, methods: [method], target: 0).scores(metrics, on: images)
for metric in metrics { print(metric.name, scores.mean(metric.name).value!) }
