import PlumblineModels
import PlumblineTensors

/// RISE (Petsiuk et al., arXiv 1806.07421, eq. 6): `R = 1/(N p) sum_i P(x . M_i) M_i` with P the
/// class's probability and M random grids of cells kept with chance p, upsampled and shifted.
public struct RISE: Explanation {
    public var name: String { "rise" }
    public var isDifferentiable: Bool { false }
    public func captures(of model: any Classifier) -> Captures? { nil }
    public var samples: Int
    /// Cells a side.
    public var cells: Int
    public var kept: Float
    public var batch: Int

    public init(samples: Int = 1000, cells: Int = 7, kept: Float = 0.5, batch: Int = 16) {
        (self.samples, self.cells, self.kept, self.batch) = (samples, cells, kept, batch)
    }

    public func relevance(of subject: Subject, createGraph: Bool) -> Tensor {
        let (height, width) = (subject.image.shape[1], subject.image.shape[2])
        let probe = Probe(subject: subject, batch: batch), total = subject.count * samples
        let maps = (0..<subject.count).map { row -> Tensor in
            let image = probe.image(row)
            var random = RandomGenerator(seed: subject.seeds[row]).stream(name),
                map = Tensor.zeros([1, height, width, 1])
            for first in stride(from: 0, to: samples, by: batch) {
                let count = min(batch, samples - first),
                    masks = masks(count, height, width, &random)
                let scores = probe.logits(
                    row: row, count: count, done: row * samples + first, of: total
                ) { _ in image * masks }
                withoutGradients {
                    let chances = Tensor(scores, shape: [count, 1, 1, 1]).sigmoid()
                    map = map + (chances * masks).sum([0], keepingDimensions: true)
                }
            }
            return withoutGradients { map * (1 / (Float(samples) * kept)) }
        }
        return concatenate(maps, axis: 0)
    }

    private func masks(_ count: Int, _ height: Int, _ width: Int, _ random: inout RandomGenerator)
        -> Tensor
    {
        let cellHeight = (height + cells - 1) / cells, cellWidth = (width + cells - 1) / cells
        return withoutGradients {
            concatenate(
                (0..<count).map { _ in
                    let grid = Tensor(
                        (0..<cells * cells).map { _ in random.uniform() < kept ? 1 : 0 },
                        shape: [1, cells, cells, 1])
                    let top = Int(random.uniform() * Float(cellHeight)),
                        left = Int(random.uniform() * Float(cellWidth))
                    return grid.resized(
                        height: (cells + 1) * cellHeight, width: (cells + 1) * cellWidth
                    )
                    .sliced(1, top..<(top + height)).sliced(2, left..<(left + width))
                }, axis: 0)
        }
    }
}
