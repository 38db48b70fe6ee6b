import PlumblineModels
import PlumblineTensors

/// RISE (Petsiuk et al., arXiv 1806.07421, equation 6).
///
/// `R = 1/(N p) sum_i P(x . M_i) M_i`. P is the probability of the class. Each M is a random grid
/// of cells, which are kept with probability p, upsampled and shifted.
public struct RISE: ProbingExplanation {
    public var name: String { "rise" }
    public var isDifferentiable: Bool { false }
    /// The number of masks: N.
    public var samples: Int
    /// Cells per side of the grid.
    public var cells: Int
    /// The probability with which a cell is kept: p.
    public var kept: Float
    /// Images per forward pass.
    public var batch: Int

    public init(samples: Int = 1000, cells: Int = 7, kept: Float = 0.5, batch: Int = 16) {
        self.samples = samples
        self.cells = cells
        self.kept = kept
        self.batch = batch
    }

    public func relevance(probing request: Request) throws -> Tensor {
        try ExplanationError.requirePositive(samples, "samples", of: name)
        try ExplanationError.requirePositive(cells, "cells", of: name)
        let height = request.image.shape[1]
        let width = request.image.shape[2]
        let probe = try Probe(request: request, batch: batch, for: name)
        let maps = (0..<request.count).map { row -> Tensor in
            let image = probe.image(row)
            var random = RandomGenerator(seed: request.seeds[row]).stream(name)
            var map = Tensor.zeros([1, height, width, 1])
            for first in stride(from: 0, to: samples, by: batch) {
                let count = min(batch, samples - first)
                let masks = masks(count, height, width, &random)
                let scores = probe.probabilities(row: row, count: count) { _ in image * masks }
                withoutGradients {
                    let probabilities = Tensor(scores, shape: [count, 1, 1, 1])
                    map = map + (probabilities * masks).sum([0], keepingDimensions: true)
                }
            }
            return withoutGradients { map * (1 / (Float(samples) * kept)) }
        }
        return concatenate(maps, axis: 0)
    }

    /// - Returns: `[count, height, width, 1]`
    private func masks(
        _ count: Int, _ height: Int, _ width: Int, _ random: inout RandomGenerator
    ) -> Tensor {
        withoutGradients {
            concatenate((0..<count).map { _ in mask(height, width, &random) }, axis: 0)
        }
    }

    private func mask(
        _ height: Int, _ width: Int, _ random: inout RandomGenerator
    ) -> Tensor {
        let cellHeight = (height + cells - 1) / cells
        let cellWidth = (width + cells - 1) / cells
        let grid = Tensor(
            (0..<cells * cells).map { _ in random.uniform() < kept ? 1 : 0 },
            shape: [1, cells, cells, 1])
        let top = Int(random.uniform() * Float(cellHeight))
        let left = Int(random.uniform() * Float(cellWidth))
        return grid.resized(height: (cells + 1) * cellHeight, width: (cells + 1) * cellWidth)
            .sliced(1, top..<(top + height)).sliced(2, left..<(left + width))
    }
}
