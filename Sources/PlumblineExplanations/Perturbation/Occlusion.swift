import PlumblineModels
import PlumblineTensors

/// Occlusion (Zeiler & Fergus, arXiv 1311.2901, section 4.2): by how much the logit falls when a
/// square is hidden, averaged over the squares that cover a pixel.
///
/// Squares start at multiples of the stride. The last ones may reach over the edge, as in Captum.
public struct Occlusion: ProbingExplanation {
    public var name: String { "occlusion" }
    public var isDifferentiable: Bool { false }
    /// Pixels per side of a square; `nil` for an eighth of the image's width.
    public var window: Int?
    /// Pixels between squares; `nil` for half a window.
    public var stride: Int?
    /// What replaces hidden pixels.
    public var baseline: Baseline
    /// Images per forward pass.
    public var batch: Int

    public init(
        window: Int? = nil, stride: Int? = nil, baseline: Baseline = .zero, batch: Int = 16
    ) {
        self.window = window
        self.stride = stride
        self.baseline = baseline
        self.batch = batch
    }

    private struct Square {
        let rows: Range<Int>
        let columns: Range<Int>
    }

    public func relevance(probing request: Request) throws -> Tensor {
        try ExplanationError.requirePositive(window ?? 1, "window", of: name)
        try ExplanationError.requirePositive(stride ?? 1, "stride", of: name)
        let height = request.image.shape[1]
        let width = request.image.shape[2]
        let squares = squares(height, width)
        let probe = try Probe(request: request, batch: batch, for: name)
        let hidden = baseline.values(for: request)
        let maps = (0..<request.count).flatMap { row -> [Float] in
            let image = probe.image(row)
            let cover = hidden.sliced(0, row..<(row + 1))
            let whole = probe.values(row: row, count: 1) { _ in image }[0]
            let scores = probe.values(row: row, count: squares.count) { range in
                let masks = Tensor(
                    range.flatMap { mask(squares[$0], height, width) },
                    shape: [range.count, height, width, 1])
                return image * (1 - masks) + cover * masks
            }
            var sum = [Float](repeating: 0, count: height * width)
            var count = sum
            for (square, score) in zip(squares, scores) {
                for y in square.rows {
                    for x in square.columns {
                        sum[y * width + x] += whole - score
                        count[y * width + x] += 1
                    }
                }
            }
            return zip(sum, count).map { $0 / max($1, 1) }
        }
        return Tensor(maps, shape: [request.count, height, width, 1])
    }

    private func squares(_ height: Int, _ width: Int) -> [Square] {
        let window = min(window ?? max(1, width / 8), height, width)
        let step = min(stride ?? max(1, window / 2), window)
        func starts(_ size: Int) -> [Int] {
            (0...((size - window + step - 1) / step)).map { $0 * step }
        }
        return starts(height).flatMap { top in
            starts(width).map { left in
                Square(
                    rows: top..<min(height, top + window),
                    columns: left..<min(width, left + window))
            }
        }
    }

    /// 1 inside the square, 0 outside.
    private func mask(_ square: Square, _ height: Int, _ width: Int) -> [Float] {
        var mask = [Float](repeating: 0, count: height * width)
        for y in square.rows { for x in square.columns { mask[y * width + x] = 1 } }
        return mask
    }
}
