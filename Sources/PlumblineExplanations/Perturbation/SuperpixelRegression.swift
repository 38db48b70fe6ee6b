import PlumblineModels
import PlumblineTensors

/// Methods that hide superpixels at random and explain the logit by a weighted linear regression on
/// which are shown.
public struct SuperpixelRegression: Explanation {
    public enum Kind: Sendable {
        /// LIME (Ribeiro et al., arXiv 1602.04938, eq. 2): each segment shown with chance 1/2.
        case lime(LIMERegression)
        /// KernelSHAP (Lundberg & Lee, arXiv 1705.07874, theorem 2): coalition sizes drawn by the
        /// Shapley kernel, each with its complement; values sum to the difference between the
        /// image's logit and the baseline's.
        case kernelSHAP
    }

    public let name: String
    public var isDifferentiable: Bool { false }
    public func captures(of model: any Classifier) -> Captures? { nil }
    public var kind: Kind
    public var samples: Int
    public var segments: Int
    public var baseline: Baseline
    public var batch: Int

    public static func lime(
        samples: Int = 1000, segments: Int = 50, baseline: Baseline = .mean, batch: Int = 16,
        regression: LIMERegression = LIMERegression()
    ) -> Self {
        Self(
            name: "lime", kind: .lime(regression), samples: samples, segments: segments,
            baseline: baseline, batch: batch)
    }

    public static func kernelSHAP(
        samples: Int = 1000, segments: Int = 50, baseline: Baseline = .mean, batch: Int = 16
    ) -> Self {
        Self(
            name: "kernel_shap", kind: .kernelSHAP, samples: samples, segments: segments,
            baseline: baseline, batch: batch)
    }

    public func relevance(of subject: Subject, createGraph: Bool) -> Tensor {
        let (height, width) = (subject.image.shape[1], subject.image.shape[2])
        let probe = Probe(subject: subject, batch: batch), hidden = baseline.values(for: subject)
        let total = subject.count * samples
        let maps = (0..<subject.count).flatMap { row -> [Float] in
            let image = probe.image(row), cover = hidden.sliced(0, row..<(row + 1))
            let pixels = Superpixels(
                withoutGradients { image.mean([3]) }.values, height: height, width: width,
                wanted: segments)
            // One segment can be the whole image: its value is all there is.
            let ends = probe.logits(row: row, count: 2, done: row * samples, of: total) {
                concatenate($0.map { $0 == 0 ? cover : image }, axis: 0)
            }
            guard pixels.count > 1 else { return pixels.map([Double(ends[1] - ends[0])]) }
            var random = RandomGenerator(seed: subject.seeds[row]).stream(name)
            let shown = draws(pixels.count, &random)
            let scores = probe.logits(row: row, count: shown.count, done: row * samples, of: total)
            { range in
                withoutGradients {
                    let masks = Tensor(
                        range.flatMap { pixels.mask(shown[$0]) },
                        shape: [range.count, height, width, 1])
                    return image * masks + cover * (1 - masks)
                }
            }
            return pixels.map(
                regression(
                    shown, scores.map(Double.init), empty: Double(ends[0]), whole: Double(ends[1])))
        }
        return Tensor(maps, shape: [subject.count, height, width, 1])
    }

    private func draws(_ count: Int, _ random: inout RandomGenerator) -> [[Bool]] {
        switch kind {
        case .lime:
            // The whole image first, as in the reference.
            return (0..<samples).map { sample in
                (0..<count).map { _ in sample == 0 || random.uniform() < 0.5 }
            }
        case .kernelSHAP:
            let sizes = (1..<count).map { Double(count - 1) / Double($0 * (count - $0)) },
                mass = sizes.reduce(0, +)
            var shown: [[Bool]] = []
            while shown.count < samples {
                var rest = Double(random.uniform()) * mass, size = 1
                for (index, weight) in sizes.enumerated() {
                    size = index + 1
                    rest -= weight
                    if rest < 0 { break }
                }
                let chosen = Set(Array(0..<count).shuffled(using: &random).prefix(size)),
                    coalition = (0..<count).map(chosen.contains)
                shown.append(coalition)
                shown.append(coalition.map { !$0 })
            }
            return Array(shown.prefix(samples))
        }
    }

    private func regression(_ shown: [[Bool]], _ scores: [Double], empty: Double, whole: Double)
        -> [Double]
    {
        switch kind {
        case .lime(let regression):
            return regression.coefficients(shown, scores)
        case .kernelSHAP:
            // The last value is what the others leave of the difference: the constraint is met
            // exactly.
            let n = shown[0].count, difference = whole - empty
            let rows = shown.map { row in
                (0..<n - 1).map { (row[$0] ? 1.0 : 0) - (row[n - 1] ? 1 : 0) }
            }
            let goals = zip(shown, scores).map { $1 - empty - ($0[n - 1] ? difference : 0) }
            // Coalitions were drawn by the kernel: all count the same. The ridge only keeps
            // undersampled systems solvable.
            let values = ridgeRegression(rows, goals, rows.map { _ in 1 }, ridge: 1e-6)
            return values + [difference - values.reduce(0, +)]
        }
    }
}
