import Foundation
import PlumblineData
import PlumblineEvaluation
import PlumblineExplanations
import PlumblineJudges
import PlumblineMetrics
import PlumblineModels
import PlumblineStorage
import PlumblineTensors

/// The maps of one method for the evaluation images of a configuration, as a judge sees them.
public struct JudgedExplanation {
    let validation: Validation
    let checkpoint: Checkpoint
    public let method: Evaluator.Method
    /// The checkpoint's file.
    public let path: String

    /// Reads a checkpoint and the images that a configuration names.
    ///
    /// A multiclass model is explained for the class that it predicts, unless `data.target` says
    /// another. A multilabel model is explained for `data.target`, on the images of that class.
    ///
    /// - Parameters:
    ///   - method: the name of an explanation.
    ///   - configuration: makes it from the classes of the checkpoint.
    /// - Throws: an error if a file cannot be read or the settings do not fit.
    public init(
        checkpoint path: String, method name: String,
        on configuration: (_ classes: [String]) throws -> Configuration
    ) throws {
        let (model, checkpoint) = try ModelStore.model(path)
        var data = try configuration(checkpoint.classes)
        if model.output == .multiclass, !data.givenKeys.contains("data.target") {
            data.data.target = TargetClass.predictedName
        }
        _ = try data.validated()
        if data.threads > 0 { setThreads(data.threads) }
        let adopted = try data.adopting(checkpoint, model: model, path: path)
        let settings = try adopted.explanationSettings()
        let explanation = try ExplanationRegistry.make(name, settings)
        try explanation.check(model)
        method = Evaluator.Method(
            name, explanation, outputSeed: adopted.evaluate.outputSeed, quantity: settings.quantity)
        let images = try ExperimentData(adopted, needsStart: false, needsAlignment: false)
        let target = try ResolvedConfiguration(adopted).target
        validation = Validation(
            model: model, dataset: images.evaluate, target: target, configuration: adopted)
        self.checkpoint = checkpoint
        self.path = path
    }

    /// The images that are explained, in the order of the data set.
    var indices: [Int] {
        validation.dataset.items.indices.filter { validation.isPositive($0) }
    }

    /// The number of images that can be judged.
    public var count: Int { indices.count }

    /// The files of the images, as far as they have some.
    public var imageFiles: [String] { validation.dataset.items.compactMap(\.file) }

    /// Explains image after image, at the size of the pictures.
    ///
    /// - Parameter most: the most images; `nil` for all.
    /// - Throws: ``Interrupted``, an error if an image cannot be read, and what `body` throws.
    func forEach(
        most: Int? = nil, size: PictureSize, body: (JudgedImage) throws -> Void
    ) throws {
        let chosen = Array(indices.prefix(most ?? .max))
        let dataset = validation.dataset.subset(chosen)
        let part = Validation(
            model: validation.model, dataset: dataset, target: validation.target,
            configuration: validation.configuration)
        _ = try part.run([method], title: "judge", explaining: { _ in true }) { evaluated in
            try body(image(evaluated, dataset, size))
        }
    }

    private func image(
        _ evaluated: EvaluatedImage, _ dataset: ImageDataset, _ size: PictureSize
    ) throws -> JudgedImage {
        let index = evaluated.index
        let evidence = evaluated.evidence[0]
        let image = size.resized(dataset.visible(try dataset.image(index)))
        let label = dataset.classes[evaluated.target]
        let isMulticlass = validation.model.output == .multiclass
        let prediction =
            isMulticlass
            ? dataset.classes[evaluated.predictedClass]
            : evaluated.probability >= 0.5 ? label : "not \(label)"
        var row = ImageResult(run: "", image: evidence.id, label: .uncertain)
        row.group = evidence.group
        row.label = labelState(dataset.items[index], evaluated.target)
        row.prediction = dataset.classes[evaluated.predictedClass]
        row.logit = evaluated.logOdds
        row.probability = Double(evaluated.probability)
        return JudgedImage(
            name: evidence.id, label: label, prediction: prediction,
            isCorrect: evidence.map.isCorrect, image: image,
            map: HeatMap(
                relevance: evidence.relevance, height: image.height, width: image.width),
            mask: try dataset.mask(index).map {
                $0.resized(height: image.height, width: image.width)
            },
            seed: evidence.seed, row: row)
    }

    private func labelState(_ item: Example, _ classIndex: Int) -> LabelState {
        let isKnown =
            validation.model.output == .multiclass
            ? item.index(of: .label) != nil : item.weights[classIndex] > 0
        guard isKnown else { return .uncertain }
        return item.isPositive(classIndex) ? .positive : .negative
    }
}
