import PlumblineData
import PlumblineExplanations
import PlumblineModels
import PlumblineTensors

/// Classification with consistent class activation maps of the image and of its quarters
/// (Puzzle-CAM, Jo & Yu, arXiv 2101.11253, equations 5 to 8):
/// `L = L_class + L_quarters + weight * L_maps`.
///
/// The quarters of the image, 2 x 2, are classified too, and their maps are put together again.
/// `L_maps` is the mean absolute difference of the image's maps and of these, where the maps of
/// classes that the image does not have count 0 (the masking of the authors' code). `L_quarters` is
/// the loss of the mean of the quarters' logits, which is what the joined maps give when they are
/// averaged. The weight is the same in all steps; the authors raise theirs from 0.
///
/// It is defined on models of any image size with a linear layer on pooled features, as ``CAM``.
public struct PuzzleObjective: TrainingObjective {
    public var base: SupervisedObjective
    /// The weight of the difference of the maps; the authors take 4 at most.
    public var weight: Float

    public init(_ base: SupervisedObjective, weight: Float) {
        self.base = base
        self.weight = weight
    }

    public func evaluate(
        _ model: any Classifier, _ batch: Batch, noise: RandomGenerator
    ) throws -> ObjectiveResult {
        let maps = CAM()
        try maps.check(model)
        let captures = maps.captures(of: model) ?? Captures()
        let whole = model.trace(
            batch.image, base.batchNorm.trainingPass(model, noise: noise), capturing: captures)
        let quarters = model.trace(
            try Self.quarters(of: batch.image),
            base.batchNorm.trainingPass(model, noise: noise.stream("quarters")),
            capturing: captures)
        let wholeMaps = try maps.classMaps(model, whole)
        let joinedMaps = Self.joined(try maps.classMaps(model, quarters))
        try Self.requireEqualSizes(wholeMaps, joinedMaps, batch.image, model)
        let classification =
            loss(whole.logits, batch, model)
            + loss(Self.mean(ofQuarters: quarters.logits), batch, model)
        let count = batch.count
        let shares = (batch.labels * batch.labelWeights).reshaped([count, 1, 1, model.classCount])
        let difference = ((wholeMaps - joinedMaps).abs() * shares).mean()
        let total = classification + difference * weight
        return ObjectiveResult(
            loss: total.item, classificationLoss: classification.item, locationLoss: nil,
            gradients: gradient(of: total, withRespectTo: model.trainableParameters.map(\.value)))
    }

    private func loss(_ logits: Tensor, _ batch: Batch, _ model: any Classifier) -> Tensor {
        base.loss(logits, batch.labels, weights: batch.labelWeights, model.output)
    }

    // MARK: Quarters

    /// - Parameter image: `[batch, height, width, channels]`
    /// - Returns: `[4 * batch, height / 2, width / 2, channels]`: top left of all images, then top
    ///   right, bottom left and bottom right.
    private static func quarters(of image: Tensor) throws -> Tensor {
        let height = image.shape[1]
        let width = image.shape[2]
        guard height % 2 == 0, width % 2 == 0 else {
            throw ExplanationError(
                "quarters need an even image size, not \(height) x \(width)")
        }
        let rows = [0..<(height / 2), (height / 2)..<height]
        let columns = [0..<(width / 2), (width / 2)..<width]
        return concatenate(
            rows.flatMap { row in
                columns.map { image.sliced(1, row).sliced(2, $0) }
            }, axis: 0)
    }

    /// - Parameter maps: of the quarters, `[4 * batch, rows, columns, classes]`
    /// - Returns: `[batch, 2 * rows, 2 * columns, classes]`
    private static func joined(_ maps: Tensor) -> Tensor {
        let parts = fourParts(maps)
        return concatenate(
            [
                concatenate([parts[0], parts[1]], axis: 2),
                concatenate([parts[2], parts[3]], axis: 2),
            ], axis: 1)
    }

    private static func mean(ofQuarters logits: Tensor) -> Tensor {
        let parts = fourParts(logits)
        return (parts[0] + parts[1] + parts[2] + parts[3]) * 0.25
    }

    private static func fourParts(_ tensor: Tensor) -> [Tensor] {
        let count = tensor.shape[0] / 4
        return (0..<4).map { tensor.sliced(0, ($0 * count)..<(($0 + 1) * count)) }
    }

    // MARK: Checks

    private static func requireEqualSizes(
        _ whole: Tensor, _ joined: Tensor, _ image: Tensor, _ model: any Classifier
    ) throws {
        guard whole.shape == joined.shape else {
            throw ExplanationError(
                "\(model.name): at \(image.shape[1]) pixels the map has \(whole.shape[1]) rows, "
                    + "and those of two quarters have \(joined.shape[1]); "
                    + "with an image size that is a multiple of 64 both have as many")
        }
    }

    /// Checks that the objective is defined on a model at an image size.
    ///
    /// It runs the model once.
    ///
    /// - Throws: ``ExplanationError`` if it is not.
    public static func check(_ model: any Classifier, size: Int, channels: Int) throws {
        let maps = CAM()
        try maps.check(model)
        guard model.imageSize == nil, size / 2 >= model.smallestImageSize else {
            throw ExplanationError("\(model.name) does not take quarters of \(size / 2) pixels")
        }
        try withoutGradients {
            let image = Tensor.zeros([1, size, size, channels])
            let captures = maps.captures(of: model) ?? Captures()
            let whole = model.trace(image, .evaluation, capturing: captures)
            let quarters = model.trace(
                try quarters(of: image), .evaluation, capturing: captures)
            try requireEqualSizes(
                try maps.classMaps(model, whole), joined(try maps.classMaps(model, quarters)),
                image, model)
        }
    }
}
