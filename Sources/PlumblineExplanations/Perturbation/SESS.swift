import Foundation
import PlumblineModels
import PlumblineTensors

/// SESS, saliency enhanced by scaling and sliding (Tursun et al., arXiv 2207.01769, section 3),
/// around any method: windows slide over the image at several sizes, each is explained, and the
/// maps are joined where they overlap.
///
/// ``Variant/reference`` is the algorithm of the authors' public code with its defaults:
///
/// 1. The shorter side s of the image grows by 64 pixels eleven times: 224, 288, ..., 928 for an
///    image of 224. The longer side keeps the proportion, cut to whole pixels.
/// 2. Square windows of side s lie side by side over each size; the last of a row and of a column
///    is moved back to the edge. All windows are kept.
/// 3. Each window's map is scaled to 0 ... 1 and weighted by the class's probability in that
///    window, over the largest probability of all windows.
/// 4. Each map is put into its place in a map of zeros, which is resized to the image.
/// 5. At each pixel the sum over windows is divided by the number of maps that are positive there.
/// 6. A Gaussian of 11 x 11 pixels with standard deviation 5 smooths the result; beyond the edge
///    the image is mirrored without repeating the edge.
///
/// Four details are not the authors'. The probability is the class's sigmoid, not a softmax over
/// classes: these models have several labels, and one class alone would always have softmax 1. A
/// relevance of several channels becomes a map by the mean of its positive parts; there each method
/// brings its own way. A window whose map is constant adds nothing; there 0 / 0 blanks every pixel
/// under it. The side of a window is that of the image; there it is 224, whatever the image.
public struct SESS: Explanation {
    public enum Variant: String, Sendable, CaseIterable {
        /// The authors' code.
        case reference
        /// A tenth of the work: four sizes, each a quarter of the image larger; windows of the
        /// image's size half overlap, the better half of them is explained, and overlapping maps
        /// are averaged. Pixels that no kept window covers are 0, and nothing is smoothed. At 224
        /// pixels 9 windows are explained, of 18; the reference explains 122.
        case fast
    }

    public var name: String { "sess:\(base.name)" }
    public var isDifferentiable: Bool { false }
    public func captures(of model: any Classifier) -> Captures? { nil }
    public var base: any Explanation
    public var variant: Variant
    /// How many sizes the reference variant slides over, the image's own among them.
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

    public func relevance(of subject: Subject, createGraph: Bool) -> Tensor {
        let maps = (0..<subject.count).map { row in
            switch variant {
            case .reference: enhanced(subject, row)
            case .fast: FastSESS(base: base).enhanced(subject, row)
            }
        }
        return concatenate(maps, axis: 0)
    }

    private func enhanced(_ subject: Subject, _ row: Int) -> Tensor {
        let image = subject.image.detached.sliced(0, row..<(row + 1))
        let (height, width) = (image.shape[1], image.shape[2])
        let sizes = (0..<max(1, scales)).map {
            SlidingWindows(height: height, width: width, added: growth * $0)
        }
        let total = sizes.reduce(0) { $0 + $1.places.count }
        var join = WindowJoin(height: height, width: width)
        var done = 0
        for size in sizes {
            let large = withoutGradients { image.resized(height: size.height, width: size.width) }
            let side = size.side
            for first in stride(from: 0, to: size.places.count, by: max(1, batch)) {
                let places = Array(size.places[first..<min(size.places.count, first + batch)])
                let windows = withoutGradients {
                    concatenate(
                        places.map {
                            large.sliced(1, $0.top..<($0.top + side))
                                .sliced(2, $0.left..<($0.left + side))
                        }, axis: 0)
                }
                let numbers = done..<(done + places.count)
                let (logits, maps) = explained(windows, subject, row, numbers)
                for (index, place) in places.enumerated() {
                    let map = maps[(index * side * side)..<((index + 1) * side * side)]
                    join.add(map, at: place, in: size, logit: logits[index])
                }
                done += places.count
                subject.progress?(row * total + done, subject.count * total)
            }
        }
        return Tensor(join.result.map { Float($0) }, shape: [1, height, width, 1])
    }

    /// The logits of some windows, and their maps one after the other.
    ///
    /// - Parameter numbers: the windows' numbers, from which each draws its own randomness.
    private func explained(
        _ windows: Tensor, _ subject: Subject, _ row: Int, _ numbers: Range<Int>
    ) -> (logits: [Float], maps: [Float]) {
        let image = windows.asVariable
        let pass = subject.pass.repeated
        let targets = numbers.map { _ in subject.targets[row] }
        let random = RandomGenerator(seed: subject.seeds[row])
        let shared = base.captures(of: subject.model).map {
            subject.model.trace(image, pass, capturing: $0)
        }
        let logits =
            shared?.logits
            ?? withoutGradients { subject.model.logits(image.detached, subject.pass.repeated) }
        let relevance = base.relevance(
            of: Subject(
                model: subject.model, image: image, targets: targets, pass: pass,
                outputSeed: subject.outputSeed, trace: shared,
                seeds: numbers.map { random.stream("window \($0)").state }),
            createGraph: false)
        let maps = withoutGradients { relevance.detached.relu().mean([3]).values }
        return (logits.detached.picked(targets).values, maps)
    }
}

/// The places of square windows over an enlarged image.
struct SlidingWindows {
    /// The size of the enlarged image.
    let height: Int
    let width: Int
    /// The windows' side: the shorter side of the image as it was.
    let side: Int
    let places: [(top: Int, left: Int)]

    /// - Parameter added: pixels that the shorter side grows by.
    init(height: Int, width: Int, added: Int) {
        side = min(height, width)
        self.height = (side + added) * height / side
        self.width = (side + added) * width / side
        let tops = Self.starts(self.height, side)
        let lefts = Self.starts(self.width, side)
        places = tops.flatMap { top in lefts.map { (top, $0) } }
    }

    /// Windows side by side, the last one at the edge.
    private static func starts(_ size: Int, _ side: Int) -> [Int] {
        stride(from: 0, to: size - side, by: side) + [size - side]
    }
}

/// Joins the maps of windows into one map of the image.
private struct WindowJoin {
    let height: Int
    let width: Int
    private var sum: [Double]
    /// How many maps are positive at each pixel.
    private var count: [Double]
    private var largestWeight = 0.0

    init(height: Int, width: Int) {
        self.height = height
        self.width = width
        sum = [Double](repeating: 0, count: height * width)
        count = sum
    }

    /// - Parameter map: `[side, side]`, not negative.
    mutating func add(
        _ map: ArraySlice<Float>, at place: (top: Int, left: Int), in size: SlidingWindows,
        logit: Float
    ) {
        let weight = 1 / (1 + exp(-Double(logit)))
        // Not max(): a probability that is no number must not be passed over.
        if weight.isNaN || weight > largestWeight { largestWeight = weight }
        let low = Double(map.min() ?? 0)
        let high = Double(map.max() ?? 0)
        let isFinite = map.allSatisfy { $0.isFinite }
        guard !isFinite || high > low else { return }
        let scaled = map.map { isFinite ? (Double($0) - low) / (high - low) * weight : .nan }
        let rows = Self.taps(from: size.height, to: height, place.top, size.side)
        let columns = Self.taps(from: size.width, to: width, place.left, size.side)
        for row in rows {
            for column in columns {
                var value = 0.0
                for (y, vertical) in row.sources {
                    for (x, horizontal) in column.sources {
                        value += vertical * horizontal * scaled[y * size.side + x]
                    }
                }
                // True for a value that is no number, so that it stays in sight.
                if !(value <= 0) {
                    sum[row.output * width + column.output] += value
                    count[row.output * width + column.output] += 1
                }
            }
        }
    }

    /// Bilinear resizing of one axis, half-pixel centres: for each output that reads some of
    /// `start ..< start + side`, which of these and with what weight.
    private static func taps(
        from input: Int, to output: Int, _ start: Int, _ side: Int
    ) -> [(output: Int, sources: [(Int, Double)])] {
        (0..<output).compactMap { index in
            let exact = (Double(index) + 0.5) * Double(input) / Double(output) - 0.5
            // A place between two pixels but for a rounding would count as inside both windows.
            let position = max(0, (exact * 0x1p20).rounded() * 0x1p-20)
            let low = min(Int(position), input - 1)
            let fraction = position - Double(low)
            let pair = [(low, 1 - fraction), (min(low + 1, input - 1), fraction)]
            let sources = pair.filter { (start..<(start + side)).contains($0.0) && $0.1 > 0 }
            return sources.isEmpty ? nil : (index, sources.map { ($0.0 - start, $0.1) })
        }
    }

    /// The map after smoothing.
    var result: [Double] {
        let joined = zip(sum, count).map { $1 > 0 ? $0 / $1 / largestWeight : 0 }
        return smoothed(smoothed(joined, along: width, step: 1), along: height, step: width)
    }

    /// A Gaussian of 11 pixels along one axis; OpenCV's border (mirrored, the edge not repeated).
    private func smoothed(_ values: [Double], along length: Int, step: Int) -> [Double] {
        let raw = (-5...5).map { exp(-Double($0 * $0) / 50) }
        let total = raw.reduce(0, +)
        return values.indices.map { index in
            let position = index / step % length
            return zip(-5...5, raw).reduce(0) { found, tap in
                let source = Self.mirrored(position + tap.0, length)
                return found + values[index + (source - position) * step] * tap.1 / total
            }
        }
    }

    private static func mirrored(_ position: Int, _ length: Int) -> Int {
        guard length > 1 else { return 0 }
        let period = 2 * (length - 1)
        let place = ((position % period) + period) % period
        return min(place, period - place)
    }
}
