import Plumbline

// Synthetic radiographs with exact masks. Class 1 is "Pleural Effusion".
let (size, target) = (Preprocessing(size: 96), "Pleural Effusion")
let training = try ImageDataset(
    PhantomSource(count: 240, size: 96, seed: 1), preprocessing: size, target: target)
let held = try ImageDataset(
    PhantomSource(count: 80, size: 96, seed: 2), preprocessing: size, target: target)
