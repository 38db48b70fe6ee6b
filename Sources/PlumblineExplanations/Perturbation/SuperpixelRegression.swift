import PlumblineModels
import PlumblineTensors

/// Methods that hide superpixels at random and explain the logit by a weighted linear regression on
/// which of them are shown.
public struct SuperpixelRegression: ProbingExplanation {
    public enum Kind: Sendable {
        /// LIME (Ribeiro et al., arXiv 1602.04938, eq. 2): each segment is shown with probability
        /// 1/2.
        case lime(LIMERegression)
        /// KernelSHAP (Lundberg & Lee, arXiv 1705.07874, theorem 2): the sizes of coalitions are
        /// drawn by the Shapley kernel, and each coalition is used with its complement. The values
        /// sum to the difference between the image's logit and the baseline's.
        case kernelSHAP
    }

    public let name: String
    public var isDifferentiable: Bool { false }
    public var kind: Kind
    /// The number of images in which segments are hidden at random.
    public var samples: Int
    /// The approximate number of segments.
    public var segments: Int
    /// What replaces hidden segments.
    public var baseline: Baseline
    /// Images per forward pass.
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

    public func relevance(probing request: Request) throws -> Tensor {
        try ExplanationError.requirePositive(samples, "samples", of: name)
        let probe = try Probe(request: request, batch: batch, for: name)
        let hidden = baseline.values(for: request)
        let maps = (0..<request.count).flatMap { row in
            map(probe, row: row, cover: hidden.sliced(0, row..<(row + 1)))
        }
        return Tensor(maps, shape: [request.count] + request.image.shape[1...2] + [1])
    }

    /// The map of one image.
    ///
    /// - Parameter cover: what replaces hidden segments, `[1, height, width, channels]`.
    private func map(_ probe: Probe, row: Int, cover: Tensor) -> [Float] {
        let image = probe.image(row)
        let height = image.shape[1]
        let width = image.shape[2]
        let pixels = Superpixels(
            withoutGradients { image.mean([3]) }.values, height: height, width: width,
            targetCount: segments)
        let ends = probe.values(row: row, count: 2) {
            concatenate($0.map { $0 == 0 ? cover : image }, axis: 0)
        }
        // If one segment is the whole image, its value is the whole difference.
        guard pixels.count > 1 else { return pixels.map([Double(ends[1] - ends[0])]) }
        var random = RandomGenerator(seed: probe.request.seeds[row]).stream(name)
        let shown = draws(pixels.count, &random)
        let scores = probe.values(row: row, count: shown.count) { range in
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

    /// Which segments each sample shows, `[samples][segments]`.
    private func draws(_ count: Int, _ random: inout RandomGenerator) -> [[Bool]] {
        switch kind {
        case .lime:
            // The whole image comes first, as in the reference code.
            return (0..<samples).map { sample in
                (0..<count).map { _ in sample == 0 || random.uniform() < 0.5 }
            }
        case .kernelSHAP:
            return coalitions(count, &random)
        }
    }

    private func coalitions(_ count: Int, _ random: inout RandomGenerator) -> [[Bool]] {
        let sizeWeights = (1..<count).map { Double(count - 1) / Double($0 * (count - $0)) }
        let total = sizeWeights.reduce(0, +)
        var shown: [[Bool]] = []
        while shown.count < samples {
            var rest = Double(random.uniform()) * total
            var size = 1
            for (index, weight) in sizeWeights.enumerated() {
                size = index + 1
                rest -= weight
                if rest < 0 { break }
            }
            let members = Set(Array(0..<count).shuffled(using: &random).prefix(size))
            let coalition = (0..<count).map(members.contains)
            shown.append(coalition)
            shown.append(coalition.map { !$0 })
        }
        return Array(shown.prefix(samples))
    }

    /// One coefficient per segment.
    ///
    /// - Parameters:
    ///   - scores: the logit of each sample.
    ///   - empty: the logit with every segment hidden.
    ///   - whole: the logit with every segment shown.
    private func regression(
        _ shown: [[Bool]], _ scores: [Double], empty: Double, whole: Double
    ) -> [Double] {
        switch kind {
        case .lime(let regression):
            return regression.coefficients(shown, scores)
        case .kernelSHAP:
            // The last value is what the others leave of the difference, so that the values sum to
            // it exactly.
            let n = shown[0].count
            let difference = whole - empty
            let rows = shown.map { row in
                (0..<n - 1).map { (row[$0] ? 1.0 : 0) - (row[n - 1] ? 1 : 0) }
            }
            let goals = zip(shown, scores).map { $1 - empty - ($0[n - 1] ? difference : 0) }
            // Coalitions were drawn by the kernel, so all have the same weight. The ridge only
            // keeps systems with too few samples solvable.
            let values = ridgeRegression(rows, goals, rows.map { _ in 1 }, ridge: 1e-6)
            return values + [difference - values.reduce(0, +)]
        }
    }
}
