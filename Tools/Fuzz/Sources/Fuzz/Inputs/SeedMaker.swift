import Foundation
import PlumblineData
import PlumblineExperiments
import PlumblineModels
import PlumblineStorage
import PlumblineTensors

/// Makes seeds with the program's own writers, so that they follow changes of the formats.
struct SeedMaker: Sendable {
    let reader: String
    let name: String
    let write: @Sendable (String) throws -> Void

    static let all: [SeedMaker] = [
        SeedMaker(reader: Reader.faulty.name, name: "made.txt") { path in
            try Files.write(Array("some text".utf8), to: path)
        },
        SeedMaker(reader: "png", name: "made-grey8.png") { try png($0, channels: 1, bits: 8) },
        SeedMaker(reader: "png", name: "made-rgb16.png") { try png($0, channels: 3, bits: 16) },
        SeedMaker(reader: "yaml", name: "made-defaults.yaml") { path in
            try Files.write(Array(Configuration().yaml().utf8), to: path)
        },
        SeedMaker(reader: "json", name: "made-codes.json", write: masks),
        SeedMaker(reader: "safetensors", name: "made-densenet.safetensors") { path in
            try SafeTensors.write(weights(try TinyModel.denseNet()), to: path)
        },
        SeedMaker(reader: "h5any", name: "made-densenet.h5") { path in
            let tensors = weights(try TinyModel.denseNet())
            try HDF5File.write(path) { file in
                for (name, value) in tensors { try file.write("weights/\(name)", value) }
            }
        },
        SeedMaker(reader: "checkpoint", name: "made-densenet.h5") { path in
            try checkpoint(path, try TinyModel.denseNet())
        },
        SeedMaker(reader: "checkpoint", name: "made-vit.h5") { path in
            try checkpoint(path, try TinyModel.transformer())
        },
        SeedMaker(reader: "results", name: "made.h5", write: results),
        SeedMaker(reader: "parity", name: "made-densenet.h5") { path in
            try parity(path, try TinyModel.denseNet(), TinyModel.denseNetSettings)
        },
        SeedMaker(reader: "parity", name: "made-vit.h5") { path in
            try parity(path, try TinyModel.transformer(), TinyModel.transformerSettings)
        },
    ]

    private static func weights(_ model: any Classifier) -> [(name: String, value: Tensor)] {
        model.parameters.map { ($0.name, $0.torchValue) }
    }

    /// Gradients of brightness, so that no filter of PNG gives only zeros.
    private static func png(_ path: String, channels: Int, bits: Int) throws {
        let side = 8
        let values = (0..<side * side * channels).map { Float($0 * 7 % 64) / 63 }
        let image = RasterImage(height: side, width: side, channels: channels, values: values)
        try Files.write([UInt8](try image.png(bits: bits)), to: path)
    }

    @Sendable private static func masks(_ path: String) throws {
        var mask = Mask(height: 24, width: 30)
        for y in 5..<15 { for x in 8..<20 { mask.pixels[y * mask.width + x] = (x + y) % 5 != 0 } }
        try Localizations.write(["patient1_study1_view1": ["Cardiomegaly": mask]], to: path)
    }

    private static func checkpoint(_ path: String, _ model: any Classifier) throws {
        let tensors = Dictionary(
            uniqueKeysWithValues: weights(model).map { ($0.name, $0.value) })
        var checkpoint = Checkpoint(
            model: model.name, modelConfiguration: model.configuration.json,
            classes: TinyModel.classes, weights: tensors)
        var configuration = Configuration()
        configuration.data.classes = TinyModel.classes
        configuration.data.preprocessing.size = TinyModel.imageSize
        checkpoint.configuration = configuration.yaml(commented: false)
        checkpoint.step = 3
        checkpoint.metrics = ["validation/auroc": 0.75]
        let count = tensors.values.reduce(0) { $0 + $1.count }
        let moments = Tensor([Float](repeating: 0.25, count: count), shape: [count])
        checkpoint.optimiser = (moments, moments)
        checkpoint.curve.add("step", .integers([1, 2, 3]))
        checkpoint.curve.add("loss", .reals([0.7, 0.6, 0.5]))
        try checkpoint.write(path)
    }

    @Sendable private static func results(_ path: String) throws {
        var results = Results()
        for scenario in ["align", "misalign"] {
            var factors = RunFactors()
            factors.className = "Cardiomegaly"
            factors.model = "vit"
            factors.explanation = "gradient"
            factors.scenario = scenario
            factors.trainedThrough = "gradient"
            factors.lambda = 1
            var run = RunResult(run: factors.name, factors: factors)
            run.images = 6
            run.labelled = 6
            run.positives = 3
            run.metrics = ["auroc": 0.75]
            var curve = Table()
            curve.add("step", .integers([1, 2]))
            curve.add("loss", .reals([0.7, 0.5]))
            var entry = Results.Entry(run: run, images: (0..<6).map { image($0, run.run) })
            entry.scores = (0..<6).map { score($0, run.run) }
            entry.metrics = [
                (
                    "mass_accuracy",
                    MetricFacts(
                        title: "mass accuracy", direction: "higher is better",
                        definition: "sum(R M) / sum(R)")
                )
            ]
            entry.curve = curve
            entry.explanations = ["image 0": Tensor([0.5, 1, 0, 2], shape: [2, 2, 1])]
            results.replace(entry)
        }
        try results.write(path, date: Date(timeIntervalSince1970: 0))
    }

    private static func image(_ index: Int, _ run: String) -> ImageResult {
        let share = 0.1 * Double(index + 1)
        var row = ImageResult(
            run: run, image: "image \(index)", label: index % 2 == 1 ? .positive : .negative)
        row.probability = share
        row.logit = share
        return row
    }

    private static func score(_ index: Int, _ run: String) -> ScoreResult {
        ScoreResult(
            run: run, image: "image \(index)", metric: "mass_accuracy",
            value: index == 3 ? nil : 0.1 * Double(index + 1),
            reason: index == 3 ? "no relevance" : "")
    }

    /// Writes a file as PyTorch's script does.
    ///
    /// Its expected values are wrong on purpose.
    private static func parity(_ path: String, _ model: any Classifier, _ settings: String) throws {
        let side = TinyModel.imageSize
        let values = (0..<2 * 3 * side * side).map { Float($0 * 7 % 64) / 63 }
        try HDF5File.write(path) { file in
            for (name, value) in weights(model) { try file.write("weights/\(name)", value) }
            try file.write("input/image", Tensor(values, shape: [2, 3, side, side]))
            try file.write("input/target", [UInt64(0), 1])
            try file.write("input/label", Tensor([1, 0], shape: [2]))
            try file.write("input/mask", Tensor(ones(2 * side * side), shape: [2, side, side]))
            try file.write("expected/logits", Tensor([0, 0, 0, 0], shape: [2, 2]))
            try file.write(
                "expected/explanation/gradient",
                Tensor(ones(2 * 3 * side * side), shape: [2, 3, side, side]))
            try file.write("expected/location_loss", Tensor(0.5))
            try file.write("expected/loss", Tensor(0.5))
            try file.setAttribute("float32_error", 1e-6, of: "expected/loss")
            try file.setAttribute("model", model.name)
            try file.setAttribute("num_classes", TinyModel.classes.count)
            try file.setAttribute("model_config", settings)
            try file.setAttribute("batch_norm", "eval")
            try file.setAttribute("explanation", "gradient")
            try file.setAttribute("lambda", 1.0)
            try file.setAttribute("scenario", "align")
        }
    }

    private static func ones(_ count: Int) -> [Float] { [Float](repeating: 1, count: count) }
}
