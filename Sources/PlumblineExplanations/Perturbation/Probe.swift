import PlumblineModels
import PlumblineTensors

/// The function that perturbation methods probe: the logit of the target at changed images.
struct Probe {
    let request: Request
    /// Images per forward pass.
    let batch: Int

    /// - Throws: ``ExplanationError`` if `batch` is below 1.
    init(request: Request, batch: Int, for method: String) throws {
        try ExplanationError.requirePositive(batch, "batch", of: method)
        self.request = request
        self.batch = batch
    }

    /// The logits of one image's target for `count` changed images, computed in batches.
    ///
    /// - Parameters:
    ///   - row: the number of the explained image.
    ///   - images: the changed images of a range of numbers, `[n, height, width, channels]`.
    func logits(row: Int, count: Int, _ images: (Range<Int>) -> Tensor) -> [Float] {
        withoutGradients {
            var logits: [Float] = []
            for first in stride(from: 0, to: count, by: batch) {
                let range = first..<min(count, first + batch)
                let output = request.model.logits(images(range), request.pass.repeated)
                logits += output.picked(range.map { _ in request.targets[row] }).values
            }
            return logits
        }
    }

    /// Image number `row`, `[1, height, width, channels]`.
    func image(_ row: Int) -> Tensor { request.image.detached.sliced(0, row..<(row + 1)) }
}
