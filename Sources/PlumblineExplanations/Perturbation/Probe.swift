import PlumblineModels
import PlumblineTensors

/// The function that perturbation methods probe: the target's logit of other images than the
/// subject's.
struct Probe {
    let subject: Subject
    /// Images a forward.
    let batch: Int

    /// The logits of row `row`'s target for `count` images that `image` makes, in batches.
    ///
    /// - Parameter image: images `[n, height, width, channels]` for a range of indices.
    func logits(row: Int, count: Int, done: Int = 0, of total: Int, _ image: (Range<Int>) -> Tensor)
        -> [Float]
    {
        withoutGradients {
            var found: [Float] = []
            for first in stride(from: 0, to: count, by: batch) {
                let range = first..<min(count, first + batch)
                let logits = subject.model.logits(image(range), subject.pass.repeated)
                found += logits.picked(range.map { _ in subject.targets[row] }).values
                subject.progress?(done + found.count, total)
            }
            return found
        }
    }

    func image(_ row: Int) -> Tensor { subject.image.detached.sliced(0, row..<(row + 1)) }
}
