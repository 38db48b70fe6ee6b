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
