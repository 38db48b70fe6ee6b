import Foundation
import PlumblineData
import PlumblineModels
import PlumblineTensors

/// Compares the presets of preprocessing on some images, for a model whose preprocessing is not
/// known.
///
/// A batch norm stores the mean and the variance of its inputs in training. With the right
/// preprocessing, images like those of training give similar ones. The first batch norm is
/// compared, because only a convolution comes before it.
public struct PreprocessingAudit {
    /// One preset on the images.
    public struct Row: Sendable {
        public var preset: PreprocessingPreset
        /// Mean and standard deviation of the model's input.
        public var inputMean: Float
        public var inputDeviation: Float
        /// `nil` for a model without batch norm.
        public var batchNorm: BatchNormComparison?
    }

    /// The inputs of the first batch norm beside its running statistics.
    public struct BatchNormComparison: Sendable {
        /// The mean over channels of |mean - running mean| / running standard deviation.
        public var meanShift: Float
        /// The geometric mean over channels of variance / running variance.
        public var varianceRatio: Float
        /// The mean over channels of the Kullback-Leibler divergence of two normal distributions,
        /// from that of the running statistics to that of the images.
        public var divergence: Float
    }

    /// The rows in the order of the divergence, the smallest first.
    public let rows: [Row]
    /// How many images were used.
    public let imageCount: Int

    /// The largest number of images that are used.
    public static let mostImages = 16

    /// - Parameters:
    ///   - model: its running statistics are the same afterwards.
    ///   - images: the first ``mostImages`` are read.
    /// - Throws: ``DatasetError`` for an image that cannot be read.
    public init(_ model: any Classifier, images: [NamedImage]) throws {
        let examples = images.prefix(Self.mostImages).map { $0.example(classCount: 1) }
        imageCount = examples.count
        var rows: [Row] = []
        for preset in PreprocessingPreset.allCases {
            guard var settings = preset.settings else { continue }
            settings.channels = model.inputChannels
            if let size = model.imageSize { settings.size = size }
            settings.shorterSide = max(settings.shorterSide, settings.size)
            // A preset for colours says nothing about a grey model.
            guard settings.contradiction == nil else { continue }
            let dataset = try ImageDataset(
                ExampleList(classes: ["any"], examples: Array(examples)), preprocessing: settings)
            let input = try dataset.batch(Array(0..<dataset.count)).image
            rows.append(Self.row(preset, model, input))
        }
        self.rows = rows.sorted {
            ($0.batchNorm?.divergence ?? 0) < ($1.batchNorm?.divergence ?? 0)
        }
    }

    private static func row(
        _ preset: PreprocessingPreset, _ model: any Classifier, _ input: Tensor
    ) -> Row {
        let values = input.values
        let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
        let variance = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        return Row(
            preset: preset, inputMean: Float(mean),
            inputDeviation: Float((variance / Double(values.count)).squareRoot()),
            batchNorm: comparison(model, input))
    }

    /// Runs the model once with the statistics of the batch.
    ///
    /// The running statistics take one step towards them, which is then undone. So the statistics
    /// of the batch follow from the step.
    private static func comparison(_ model: any Classifier, _ input: Tensor) -> BatchNormComparison?
    {
        let buffers = model.parameters.filter {
            $0.name.hasSuffix("running_mean") || $0.name.hasSuffix("running_var")
        }
        guard let mean = buffers.first(where: { $0.name.hasSuffix("mean") }),
            let variance = buffers.first(where: { $0.name.hasSuffix("var") })
        else { return nil }
        let stored = buffers.map(\.value)
        let (runningMeans, runningVariances) = (mean.value.values, variance.value.values)
        _ = withoutGradients { model.logits(input, Pass(.batch(updates: 1))) }
        func batch(_ after: [Float], _ before: [Float]) -> [Double] {
            zip(after, before).map { (Double($0) - 0.9 * Double($1)) / 0.1 }
        }
        let means = batch(mean.value.values, runningMeans)
        let variances = batch(variance.value.values, runningVariances)
        for (buffer, value) in zip(buffers, stored) { buffer.assign(value) }
        return BatchNormComparison(
            means: means, variances: variances, runningMeans: runningMeans.map(Double.init),
            runningVariances: runningVariances.map(Double.init))
    }

    /// The table and the suggestion, as lines of text.
    public var lines: [String] {
        let header = [
            "preset", "input mean", "deviation", "mean shift", "variance ratio", "divergence",
        ]
        let table = rows.map { row in
            [row.preset.rawValue]
                + [
                    row.inputMean, row.inputDeviation, row.batchNorm?.meanShift,
                    row.batchNorm?.varianceRatio, row.batchNorm?.divergence,
                ].map { $0.map(Self.text) ?? "-" }
        }
        let widths = header.indices.map { column in
            ([header] + table).map { $0[column].count }.max() ?? 0
        }
        let lines = ([header] + table).map { cells in
            zip(cells, widths).enumerated().map { column, cell in
                let space = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 ? cell.0 + space : space + cell.0
            }.joined(separator: "  ")
        }
        return lines + [suggestion]
    }

    private var suggestion: String {
        guard let best = rows.first, best.batchNorm != nil else {
            return "the model has no batch norm, so the images say nothing about its preprocessing"
        }
        return "on \(imageCount) images the first batch norm fits \(best.preset.rawValue) best; "
            + "if the images are like those of its training, "
            + "say --preprocessing \(best.preset.rawValue)"
    }

    private static func text(_ value: Float) -> String {
        value.magnitude < 1e4 ? String(format: "%.3f", value) : String(format: "%.2e", value)
    }
}

extension PreprocessingAudit.BatchNormComparison {
    fileprivate init(
        means: [Double], variances: [Double], runningMeans: [Double], runningVariances: [Double]
    ) {
        var shift = 0.0
        var logarithm = 0.0
        var divergence = 0.0
        for channel in means.indices {
            // As batch norm adds it.
            let running = runningVariances[channel] + 1e-5
            let variance = max(variances[channel], 0) + 1e-5
            let difference = means[channel] - runningMeans[channel]
            shift += difference.magnitude / running.squareRoot()
            logarithm += log(variance / running)
            divergence +=
                (variance / running + difference * difference / running - 1
                    - log(variance / running)) / 2
        }
        let count = Double(max(1, means.count))
        self.init(
            meanShift: Float(shift / count), varianceRatio: Float(exp(logarithm / count)),
            divergence: Float(divergence / count))
    }
}
