import PlumblineModels
import PlumblineTensors

/// The function that perturbation methods probe: what is explained, at changed images.
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

    /// The explained values of one image's target for `count` changed images, computed in batches.
    ///
    /// - Parameters:
    ///   - row: the number of the explained image.
    ///   - images: the changed images of a range of numbers, `[n, height, width, channels]`.
    func values(row: Int, count: Int, _ images: (Range<Int>) -> Tensor) -> [Float] {
        values(of: request.quantity, row: row, count: count, images)
    }

    /// The probabilities of one image's target for `count` changed images, computed in batches.
    func probabilities(row: Int, count: Int, _ images: (Range<Int>) -> Tensor) -> [Float] {
        values(of: .probability, row: row, count: count, images)
    }

    private func values(
        of quantity: ExplainedQuantity, row: Int, count: Int, _ images: (Range<Int>) -> Tensor
    ) -> [Float] {
        withoutGradients {
            var values: [Float] = []
            for first in stride(from: 0, to: count, by: batch) {
                let range = first..<min(count, first + batch)
                let logits = request.model.logits(images(range), request.pass.repeated)
                values +=
                    quantity.values(
                        logits, of: range.map { _ in request.targets[row] }, request.model.output
                    ).values
            }
            return values
        }
    }

    /// Image number `row`, `[1, height, width, channels]`.
    func image(_ row: Int) -> Tensor { request.image.detached.sliced(0, row..<(row + 1)) }
}
