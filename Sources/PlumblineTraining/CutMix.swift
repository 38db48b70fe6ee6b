import Foundation
import PlumblineData
import PlumblineModels
import PlumblineTensors

/// Pastes a rectangle of another image of the batch into each image (Yun et al., arXiv 1905.04899).
///
/// All images of a batch have the same rectangle. Its share of the image is drawn as
/// `1 - lambda`, `lambda ~ Beta(alpha, alpha)`. Labels are mixed by the areas that are seen, and
/// masks are pasted with the image.
public struct CutMix: Sendable, Equatable {
    /// The parameter of the distribution of lambda.
    public var alpha: Float

    public init(alpha: Float) { self.alpha = alpha }

    /// The rectangle that replaces a share of `1 - lambda`, without its part outside the image.
    ///
    /// Source: section 3.2, and `rand_bbox` of the authors' code.
    ///
    /// - Parameters:
    ///   - y: the row of its centre.
    ///   - x: the column of its centre.
    public static func rectangle(
        lambda: Float, y: Int, x: Int, height: Int, width: Int
    ) -> ImageGeometry.Rectangle {
        let side = Foundation.sqrt(1 - Double(lambda))
        func range(_ centre: Int, _ length: Int) -> Range<Int> {
            let half = Int(Double(length) * side) / 2
            return max(0, centre - half)..<min(length, centre + half)
        }
        let rows = range(y, height)
        let columns = range(x, width)
        return ImageGeometry.Rectangle(
            y: rows.lowerBound, x: columns.lowerBound, height: rows.count, width: columns.count)
    }

    /// The mixed batch.
    ///
    /// Names and groups are those of the images that are pasted into.
    public func mixed(_ batch: Batch, _ random: RandomGenerator) -> Batch {
        var random = random
        let height = batch.image.shape[1]
        let width = batch.image.shape[2]
        let lambda = random.beta(alpha)
        let rectangle = Self.rectangle(
            lambda: lambda, y: random.index(below: height), x: random.index(below: width),
            height: height, width: width)
        return Self.pasted(
            batch, Array(0..<batch.count).shuffled(using: &random), rectangle)
    }

    /// The batch with a rectangle of other images.
    ///
    /// A label's weight is its mean by area, so that the loss of a mixed image is the mean by area
    /// of the losses with either label.
    ///
    /// - Parameter others: the number of the image that is pasted into each.
    package static func pasted(
        _ batch: Batch, _ others: [Int], _ rectangle: ImageGeometry.Rectangle
    ) -> Batch {
        let shape = batch.image.shape
        let pasted = Float(rectangle.height * rectangle.width) / Float(shape[1] * shape[2])
        var result = batch
        let length = shape[1] * shape[2] * shape[3]
        result.image = Tensor(
            paste(
                batch.image.values, rectangle, rowLength: shape[2] * shape[3],
                pixelLength: shape[3], pairs: others.enumerated().map { ($0 * length, $1 * length) }
            ), shape: shape)
        let classes = batch.labels.shape[1]
        let labels = batch.labels.values
        let weights = batch.labelWeights.values
        var newLabels = labels
        var newWeights = weights
        for (row, other) in others.enumerated() {
            for index in 0..<classes {
                let (own, its) = (row * classes + index, other * classes + index)
                let ownWeight = (1 - pasted) * weights[own]
                let itsWeight = pasted * weights[its]
                let weight = ownWeight + itsWeight
                newWeights[own] = weight
                newLabels[own] =
                    weight > 0 ? (ownWeight * labels[own] + itsWeight * labels[its]) / weight : 0
            }
        }
        result.labels = Tensor(newLabels, shape: batch.labels.shape)
        result.labelWeights = Tensor(newWeights, shape: batch.labels.shape)
        result.masks = others.enumerated().map { row, other in
            mask(batch.masks[row], batch.masks[other], rectangle, Array(shape[1...2]))
        }
        return result
    }

    /// An image without a mask has no pixel in it.
    private static func mask(
        _ own: Tensor?, _ other: Tensor?, _ rectangle: ImageGeometry.Rectangle, _ shape: [Int]
    ) -> Tensor? {
        guard own != nil || other != nil else { return nil }
        let size = shape[0] * shape[1]
        let none = [Float](repeating: 0, count: size)
        let values = paste(
            (own?.values ?? none) + (other?.values ?? none), rectangle, rowLength: shape[1],
            pixelLength: 1, pairs: [(0, size)])
        return Tensor(Array(values[..<size]), shape: shape)
    }

    /// - Parameter pairs: where an image starts, and where the one starts that is pasted into it.
    private static func paste(
        _ values: [Float], _ rectangle: ImageGeometry.Rectangle, rowLength: Int, pixelLength: Int,
        pairs: [(into: Int, from: Int)]
    ) -> [Float] {
        var result = values
        let count = rectangle.width * pixelLength
        for (into, from) in pairs {
            for y in rectangle.y..<(rectangle.y + rectangle.height) {
                let start = y * rowLength + rectangle.x * pixelLength
                result.replaceSubrange(
                    (into + start)..<(into + start + count),
                    with: values[(from + start)..<(from + start + count)])
            }
        }
        return result
    }
}

/// An objective of mixed images.
///
/// It needs an objective that reads labels alone: a map of a mixed image has no goal.
public struct CutMixObjective: TrainingObjective {
    public let mix: CutMix
    public let base: any TrainingObjective

    public init(_ mix: CutMix, _ base: any TrainingObjective) {
        self.mix = mix
        self.base = base
    }

    public func evaluate(
        _ model: any Classifier, _ batch: Batch, noise: RandomGenerator
    ) throws -> ObjectiveResult {
        try base.evaluate(model, mix.mixed(batch, noise.stream("cutmix")), noise: noise)
    }

    public func cause(of report: StepReport, in model: any Classifier) -> String {
        base.cause(of: report, in: model)
    }
}
