import Alignment
import Datasets
import Foundation
import Tensors

/// The three sets of films of an experiment: for the starting model, for alignment, and for
/// evaluation.
public struct ExperimentData {
    public let start: ImageDataset, align: ImageDataset, evaluate: ImageDataset

    /// - Parameters:
    ///   - needsStart: whether a starting model will be trained.
    ///   - needsAlignment: whether there will be alignment; without it, evaluation films of their
    ///   own are enough.
    /// - Throws: ``DatasetError`` for a file that is missing or wrong, or a class that no film of
    ///   alignment or evaluation has.
    public init(_ configuration: Configuration, needsStart: Bool, needsAlignment: Bool = true)
        throws
    {
        let settings = configuration.data
        var alignFilms: [CheXpert.Film] = []
        if needsAlignment || settings.evaluate.labels.isEmpty {
            guard !settings.align.labels.isEmpty else {
                throw ConfigurationError(
                    configuration.file, "data.align.labels", "a CheXpert label file is wanted")
            }
            alignFilms = try Self.films(settings.align, settings)
        }
        let evaluateFilms: [CheXpert.Film], evaluateSource: Configuration.Source
        if settings.evaluate.labels.isEmpty {
            (alignFilms, evaluateFilms) = CheXpert.split(
                alignFilms, share: settings.heldOut, seed: UInt64(configuration.seed))
            evaluateSource = settings.align
        } else {
            (evaluateFilms, evaluateSource) = (
                try Self.films(settings.evaluate, settings), settings.evaluate
            )
        }
        align = try Self.dataset(alignFilms, settings.align, settings, isTraining: true)
        evaluate = try Self.dataset(evaluateFilms, evaluateSource, settings, isTraining: false)
        if !needsStart || settings.start.labels.isEmpty {
            start = align
        } else {
            start = try Self.dataset(
                try Self.films(settings.start, settings), settings.start, settings, isTraining: true
            )
        }
        let target = settings.classes.firstIndex(of: settings.target)!
        for (set, source, isNeeded) in [
            (align, settings.align, needsAlignment), (evaluate, evaluateSource, true),
        ] where isNeeded {
            guard set.items.contains(where: { $0.labels[target] == 1 && $0.weights[target] > 0 })
            else {
                throw DatasetError(
                    source.labels, "no image of \(set.count) has the class \(settings.target)")
            }
        }
    }

    private static func films(
        _ source: Configuration.Source, _ settings: Configuration.DataSettings
    ) throws -> [CheXpert.Film] {
        let films = try CheXpert.films(
            source.labels, classes: settings.classes, frontalOnly: settings.frontalOnly)
        guard !films.isEmpty else {
            throw DatasetError(
                source.labels,
                "no film is left" + (settings.frontalOnly ? " (frontal ones only)" : ""))
        }
        return films
    }

    private static func dataset(
        _ films: [CheXpert.Film], _ source: Configuration.Source,
        _ settings: Configuration.DataSettings, isTraining: Bool
    ) throws -> ImageDataset {
        let root =
            source.images.isEmpty
            ? (source.labels as NSString).deletingLastPathComponent : source.images
        let items = try films.map { film in
            let resolved = film.labels.map { settings.uncertainty.resolve($0) }
            return ImageDataset.Item(
                key: film.key, file: try CheXpert.locate(film, root: root),
                labels: resolved.map(\.value), weights: resolved.map(\.weight))
        }
        var preprocessing = settings.preprocessing
        if !isTraining { (preprocessing.rotation, preprocessing.flips) = (0, false) }
        return ImageDataset(
            items: items, classes: settings.classes, preprocessing: preprocessing,
            localizations: source.masks.isEmpty || films.isEmpty
                ? nil : try Localizations(source.masks), target: settings.target)
    }
}

extension ImageDataset {
    /// The order of an epoch's samples in batches; it follows from the seed and the epoch alone.
    func batches(size: Int, seed: UInt64, epoch: Int) -> [[Int]] {
        var random = RandomGenerator(seed: seed).stream("order \(epoch)")
        let order = Array(0..<count).shuffled(using: &random)
        return stride(from: 0, to: count, by: size).map { Array(order[$0..<min(count, $0 + size)]) }
    }

    /// Samples as the tensors of a training step.
    func batch(_ loaded: LoadedBatch) -> TrainingBatch {
        let n = loaded.indices.count, size = preprocessing.size
        let labels = loaded.indices.flatMap { items[$0].labels },
            weights = loaded.indices.flatMap { items[$0].weights }
        return TrainingBatch(
            image: Tensor(
                loaded.samples.flatMap(\.values), shape: [n, size, size, preprocessing.channels]),
            labels: Tensor(labels, shape: [n, classes.count]),
            labelWeights: Tensor(weights, shape: [n, classes.count]),
            masks: loaded.samples.map {
                $0.mask.map { Tensor($0.pixels.map { $0 ? 1 : 0 }, shape: [size, size]) }
            })
    }
}
