import PlumblineModels
import PlumblineTensors

/// Occlusion (Zeiler & Fergus, arXiv 1311.2901, section 4.2): how far the logit falls when a square
/// is hidden, averaged over the squares that cover a pixel. Squares start at multiples of the
/// stride; the last may reach over the edge (Captum's convention).
public struct Occlusion: Explanation {
    public var name: String { "occlusion" }
    public var isDifferentiable: Bool { false }
    public func captures(of model: any Classifier) -> Captures? { nil }
    /// Pixels a side; an eighth of the image where nil.
    public var window: Int?
    /// Pixels between squares; half a window where nil.
    public var stride: Int?
    public var baseline: Baseline
    public var batch: Int

    public init(window: Int? = nil, stride: Int? = nil, baseline: Baseline = .zero, batch: Int = 16)
    {
        (self.window, self.stride, self.baseline, self.batch) = (window, stride, baseline, batch)
    }

    public func relevance(of subject: Subject, createGraph: Bool) -> Tensor {
        let (height, width) = (subject.image.shape[1], subject.image.shape[2])
        let window = min(window ?? max(1, width / 8), height, width),
            step = min(stride ?? max(1, window / 2), window)
        func starts(_ size: Int) -> [Int] {
            (0...((size - window + step - 1) / step)).map { $0 * step }
        }
        let squares = starts(height).flatMap { top in
            starts(width).map {
                (rows: top..<min(height, top + window), columns: $0..<min(width, $0 + window))
            }
        }
        let probe = Probe(subject: subject, batch: batch), hidden = baseline.values(for: subject)
        let total = subject.count * squares.count
        var maps: [Float] = []
        for row in 0..<subject.count {
            let image = probe.image(row), cover = hidden.sliced(0, row..<(row + 1))
            let whole = probe.logits(row: row, count: 1, done: row * squares.count, of: total) {
                _ in image
            }[0]
            let scores = probe.logits(
                row: row, count: squares.count, done: row * squares.count, of: total
            ) { range in
                let masks = Tensor(
                    range.flatMap { mask(squares[$0], height, width) },
                    shape: [range.count, height, width, 1])
                return image * (1 - masks) + cover * masks
            }
            var sum = [Float](repeating: 0, count: height * width), count = sum
            for (square, score) in zip(squares, scores) {
                for y in square.rows {
                    for x in square.columns {
                        sum[y * width + x] += whole - score
                        count[y * width + x] += 1
                    }
                }
            }
            maps += zip(sum, count).map { $0 / max($1, 1) }
        }
        return Tensor(maps, shape: [subject.count, height, width, 1])
    }

    private func mask(
        _ square: (rows: Range<Int>, columns: Range<Int>), _ height: Int, _ width: Int
    ) -> [Float] {
        var mask = [Float](repeating: 0, count: height * width)
        for y in square.rows { for x in square.columns { mask[y * width + x] = 1 } }
        return mask
    }
}
