import Foundation
import PlumblineModels
import PlumblineTensors

/// SESS, saliency enhanced by scaling and sliding (Tursun et al., arXiv 2207.01769, section 3),
/// around any method.
///
/// Windows slide over the image at several sizes. Each window is explained, and the maps are joined
/// where they overlap.
///
/// ``Variant/reference`` is the algorithm of the authors' public code with its defaults:
///
/// 1. The shorter side s of the image grows by 64 pixels eleven times: 224, 288, ..., 928 for an
///    image of 224. The longer side keeps the proportion, cut to whole pixels.
/// 2. Square windows of side s lie side by side over each size; the last of a row and of a column
///    is moved back to the edge. All windows are kept.
/// 3. Each window's map is scaled to 0 ... 1 and weighted by the class's probability in that
///    window, over the largest probability of all windows.
/// 4. Each map is put at its position in a map of zeros, which is resized to the image.
/// 5. At each pixel the sum over windows is divided by the number of maps that are positive there.
/// 6. A Gaussian of 11 x 11 pixels with standard deviation 5 smooths the result; beyond the edge
///    the image is mirrored without repeating the edge.
///
/// Four details differ from the authors' code:
///
/// - The probability of a multilabel model is the sigmoid of the class's logit. The authors' models
///   are multiclass, and their probability is the softmax here too.
/// - Relevance of several channels becomes a map by the mean of its positive parts. In the authors'
///   code each method has its own way.
/// - A window whose map is constant adds nothing. In the authors' code 0 / 0 makes every pixel
///   under it NaN.
/// - The side of a window is that of the image. In the authors' code it is always 224.
public struct SESS: ProbingExplanation {
    public enum Variant: String, Sendable, CaseIterable {
        /// The authors' code.
        case reference
        /// A tenth of the work. There are four sizes, each larger by a quarter of the image.
        /// Windows of the image's size overlap by half, and the better half of them is explained.
        /// Overlapping maps are averaged. Pixels that no explained window covers are 0, and nothing
        /// is smoothed. At 224 pixels 9 of 18 windows are explained; the reference explains 122.
        case fast
    }

    public var name: String { "sess:\(base.name)" }
    public var isDifferentiable: Bool { false }
    /// The method that explains the windows.
    public var base: any Explanation
    public var variant: Variant
    /// The number of sizes in the reference variant, including the image's own.
    public var scales: Int
    /// Pixels by which the shorter side grows from size to size in the reference variant.
    public var growth: Int
    /// Windows explained at once.
    public var batch: Int

    public init(
        _ base: any Explanation, variant: Variant = .reference, scales: Int = 12,
        growth: Int = 64, batch: Int = 4
    ) {
        self.base = base
        self.variant = variant
        self.scales = scales
        self.growth = growth
        self.batch = batch
    }

    public func check(_ model: any Classifier) throws { try base.check(model) }

    public func relevance(probing request: Request) throws -> Tensor {
        let maps = try (0..<request.count).map { row in
            switch variant {
            case .reference: try enhanced(request, row)
            case .fast: try FastSESS(base: base).enhanced(request, row)
            }
        }
        return concatenate(maps, axis: 0)
    }

    /// The enhanced map of one image, `[1, height, width, 1]`.
    private func enhanced(_ request: Request, _ row: Int) throws -> Tensor {
        guard growth >= 0 else {
            throw ExplanationError("\(name): growth is \(growth); it must be 0 or more")
        }
        let image = request.image.detached.sliced(0, row..<(row + 1))
        let height = image.shape[1]
        let width = image.shape[2]
        let sizes = (0..<max(1, scales)).map {
            SlidingWindows(height: height, width: width, added: growth * $0)
        }
        var join = WindowJoin(height: height, width: width)
        var done = 0
        for size in sizes {
            let large = withoutGradients { image.resized(height: size.height, width: size.width) }
            let side = size.side
            for first in stride(from: 0, to: size.positions.count, by: max(1, batch)) {
                let last = min(size.positions.count, first + max(1, batch))
                let positions = Array(size.positions[first..<last])
                let windows = withoutGradients {
                    concatenate(
                        positions.map {
                            large.sliced(1, $0.top..<($0.top + side))
                                .sliced(2, $0.left..<($0.left + side))
                        }, axis: 0)
                }
                let numbers = done..<(done + positions.count)
                let (probabilities, maps) = try explained(windows, request, row, numbers)
                for (index, position) in positions.enumerated() {
                    let map = maps[(index * side * side)..<((index + 1) * side * side)]
                    join.add(map, at: position, in: size, probability: probabilities[index])
                }
                done += positions.count
            }
        }
        return Tensor(join.result.map { Float($0) }, shape: [1, height, width, 1])
    }

    /// The class's probability in some windows, and their maps one after the other.
    ///
    /// - Parameter numbers: the numbers of the windows, from which their random seeds are made.
    private func explained(
        _ windows: Tensor, _ request: Request, _ row: Int, _ numbers: Range<Int>
    ) throws -> (probabilities: [Double], maps: [Float]) {
        let image = windows.asVariable
        let pass = request.pass.repeated
        let random = RandomGenerator(seed: request.seeds[row])
        let trace = base.captures(of: request.model).map {
            request.model.trace(image, pass, capturing: $0)
        }
        let logits =
            trace?.logits
            ?? withoutGradients { request.model.logits(image.detached, request.pass.repeated) }
        let window = try request.at(
            image, row: row, seeds: numbers.map { random.stream("window \($0)").state })
        let relevance = try base.relevance(of: window, sharing: trace)
        let maps = withoutGradients { relevance.detached.relu().mean([3]).values }
        let classes = request.model.classCount
        let values = logits.detached.values
        let probabilities = numbers.indices.map { index -> Double in
            let start = (index - numbers.lowerBound) * classes
            let odds = request.model.output.logOdds(
                Array(values[start..<(start + classes)]))[request.targets[row]]
            return 1 / (1 + exp(-odds))
        }
        return (probabilities, maps)
    }
}
