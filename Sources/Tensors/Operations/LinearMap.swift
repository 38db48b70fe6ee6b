import Foundation
import Kernels

/// A sparse linear map of one axis: every output is a weighted sum of a few neighbouring inputs.
/// Resizing and adaptive pooling are such maps, and so are their derivatives.
public struct LinearMap: Sendable {
    /// Terms of output `i` are `starts[i] ..< starts[i + 1]` of `sources` and `weights`.
    let inputSize: Int
    let starts: [Int], sources: [Int], weights: [Float]
    public var outputSize: Int { starts.count - 1 }

    init(inputSize: Int, rows: [[(source: Int, weight: Float)]]) {
        self.inputSize = inputSize
        var starts = [0], sources: [Int] = [], weights: [Float] = []
        for row in rows {
            for term in row { sources.append(term.source); weights.append(term.weight) }
            starts.append(sources.count)
        }
        (self.starts, self.sources, self.weights) = (starts, sources, weights)
    }

    var transposed: LinearMap {
        var rows = [[(source: Int, weight: Float)]](repeating: [], count: inputSize)
        for output in 0..<outputSize {
            for term in starts[output]..<starts[output + 1] {
                rows[sources[term]].append((output, weights[term]))
            }
        }
        return LinearMap(inputSize: outputSize, rows: rows)
    }

    /// Bilinear resizing of one axis, as PyTorch's `interpolate`.
    ///
    /// - Parameters:
    ///   - alignCorners: whether the first and last samples coincide, or else the outer edges.
    ///   - antialias: when shrinking, widen the triangle filter to the scale, as PIL does and
    ///   torchvision's `antialias=True`.
    public static func bilinear(
        from input: Int, to output: Int, alignCorners: Bool = false, antialias: Bool = false
    ) -> LinearMap {
        require(input > 0 && output > 0, "resize: axis of \(input) to \(output)")
        if antialias && !alignCorners { return antialiased(from: input, to: output) }
        let rows = (0..<output).map { index -> [(source: Int, weight: Float)] in
            let position: Double
            if alignCorners {
                position = output == 1 ? 0 : Double(index) * Double(input - 1) / Double(output - 1)
            } else {
                position = Swift.max(
                    0, (Double(index) + 0.5) * Double(input) / Double(output) - 0.5)
            }
            let low = Swift.min(Int(position), input - 1)
            let high = Swift.min(low + 1, input - 1)
            let fraction = Float(position - Double(low))
            if high == low { return [(source: low, weight: 1)] }
            return [(source: low, weight: 1 - fraction), (source: high, weight: fraction)]
        }
        return LinearMap(inputSize: input, rows: rows)
    }

    private static func antialiased(from input: Int, to output: Int) -> LinearMap {
        let scale = Double(input) / Double(output), support = Swift.max(1, scale)
        let rows = (0..<output).map { index -> [(source: Int, weight: Float)] in
            let centre = (Double(index) + 0.5) * scale
            let low = Swift.max(0, Int(centre - support + 0.5)),
                high = Swift.min(input, Int(centre + support + 0.5))
            let raw = (low..<high).map {
                Swift.max(0, 1 - Swift.abs((Double($0) + 0.5 - centre) / support))
            }
            let total = raw.reduce(0, +)
            return zip(low..<high, raw).map { (source: $0, weight: Float($1 / total)) }
        }
        return LinearMap(inputSize: input, rows: rows)
    }

    /// Bicubic resizing of one axis with antialiasing, as PyTorch's `interpolate(mode: bicubic,
    /// antialias: true)` and PIL (a = -0.5).
    static func bicubic(from input: Int, to output: Int) -> LinearMap {
        func cubic(_ x: Double) -> Double {
            let x = Swift.abs(x), a = -0.5
            if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
            return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
        }
        let scale = Double(input) / Double(output), width = Swift.max(1, scale), support = 2 * width
        let rows = (0..<output).map { index -> [(source: Int, weight: Float)] in
            let centre = (Double(index) + 0.5) * scale
            let low = Swift.max(0, Int(centre - support + 0.5)),
                high = Swift.min(input, Int(centre + support + 0.5))
            let raw = (low..<high).map { cubic((Double($0) + 0.5 - centre) / width) }
            let total = raw.reduce(0, +)
            return zip(low..<high, raw).map { (source: $0, weight: Float($1 / total)) }
        }
        return LinearMap(inputSize: input, rows: rows)
    }

    /// Relative positions of one axis, `2 w - 1` entries around zero, for a window of another size,
    /// as timm resamples them (after BEiT): the known positions are spread outwards by growing
    /// steps, so that near neighbours keep their distances, and values between them are
    /// interpolated linearly; beyond them the outermost stays.
    static func relativePositions(from input: Int, to output: Int) -> LinearMap {
        let reach = input / 2
        var (left, right, ratio) = (1.01, 1.5, 1.01)
        while right - left > 1e-6 {
            ratio = (left + right) / 2
            if (1 - pow(ratio, Double(reach))) / (1 - ratio) > Double(output / 2) {
                right = ratio
            } else {
                left = ratio
            }
        }
        var outwards = [0.0]
        for step in 0..<reach { outwards.append(outwards[step] + pow(ratio, Double(step))) }
        let known = outwards.dropFirst().reversed().map { -$0 } + outwards
        let rows = (0..<output).map { index -> [(source: Int, weight: Float)] in
            let position = Double(index - output / 2)
            guard let high = known.firstIndex(where: { $0 >= position }) else {
                return [(source: input - 1, weight: 1)]
            }
            guard high > 0, known[high] > position else { return [(source: high, weight: 1)] }
            let fraction = Float((position - known[high - 1]) / (known[high] - known[high - 1]))
            return [(source: high - 1, weight: 1 - fraction), (source: high, weight: fraction)]
        }
        return LinearMap(inputSize: input, rows: rows)
    }

    /// A Gaussian blur of `deviation` entries, cut at three deviations; weights sum to 1 at the
    /// edges too.
    static func gaussian(size: Int, deviation: Float) -> LinearMap {
        let reach = Swift.max(1, Int((3 * deviation).rounded(.up)))
        let rows = (0..<size).map { index -> [(source: Int, weight: Float)] in
            let places = Swift.max(0, index - reach)..<Swift.min(size, index + reach + 1)
            let raw = places.map { place -> Float in
                let distance = Float(place - index) / deviation
                return Float(exp(-0.5 * Double(distance * distance)))
            }
            let total = raw.reduce(0, +)
            return zip(places, raw).map { (source: $0, weight: $1 / total) }
        }
        return LinearMap(inputSize: size, rows: rows)
    }

    static func adaptiveMean(from input: Int, to output: Int) -> LinearMap {
        let rows = (0..<output).map { index -> [(source: Int, weight: Float)] in
            let low = index * input / output, high = ((index + 1) * input + output - 1) / output
            return (low..<high).map { (source: $0, weight: 1 / Float(high - low)) }
        }
        return LinearMap(inputSize: input, rows: rows)
    }

    /// Applies the map to the middle axis of `[outer, inputSize, inner]`.
    public func apply(
        _ x: UnsafePointer<Float>, outer: Int, inner: Int, into out: UnsafeMutablePointer<Float>,
        rows: Range<Int>? = nil
    ) {
        for row in rows ?? 0..<(outer * outputSize) {
            let (block, output) = row.quotientAndRemainder(dividingBy: outputSize)
            let target = out + row * inner, source = x + block * inputSize * inner
            if inner == 1 {
                var total: Float = 0
                for term in starts[output]..<starts[output + 1] {
                    total += weights[term] * source[sources[term]]
                }
                target[0] = total
            } else {
                pl_fill(0, target, inner)
                for term in starts[output]..<starts[output + 1] {
                    pl_accumulate(weights[term], source + sources[term] * inner, target, inner)
                }
            }
        }
    }
}

extension Tensor {
    /// Bilinear resizing of `[batch, height, width, channels]`; see
    /// ``LinearMap/bilinear(from:to:alignCorners:antialias:)``.
    public func resized(
        height: Int, width: Int, alignCorners: Bool = false, antialias: Bool = false
    ) -> Tensor {
        require(rank == 4 && count > 0, "resize: shape \(shape) to \(height)x\(width)")
        return weightedRows(
            .bilinear(from: shape[1], to: height, alignCorners: alignCorners, antialias: antialias),
            axis: 1
        )
        .weightedRows(
            .bilinear(from: shape[2], to: width, alignCorners: alignCorners, antialias: antialias),
            axis: 2)
    }

    /// Bicubic resizing of `[batch, height, width, channels]`; see ``LinearMap/bicubic(from:to:)``.
    package func resizedBicubic(height: Int, width: Int) -> Tensor {
        require(
            rank == 4 && count > 0 && height > 0 && width > 0,
            "resize: shape \(shape) to \(height)x\(width)")
        return weightedRows(.bicubic(from: shape[1], to: height), axis: 1).weightedRows(
            .bicubic(from: shape[2], to: width), axis: 2)
    }

    /// A table `[(2 w - 1) squared, heads]` of relative positions for a window of another size; see
    /// ``LinearMap/relativePositions(from:to:)``.
    package func resampledRelativePositions(from: Int, to: Int) -> Tensor {
        require(
            rank == 2 && shape[0] == from * from && from % 2 == 1 && to % 2 == 1,
            "relative positions: shape \(shape), side \(from) to \(to)")
        let map = LinearMap.relativePositions(from: from, to: to)
        return reshaped([1, from, from, shape[1]]).weightedRows(map, axis: 1).weightedRows(
            map, axis: 2
        ).reshaped([to * to, shape[1]])
    }

    /// `[batch, height, width, channels]` under a Gaussian blur of `deviation` pixels.
    package func blurred(deviation: Float) -> Tensor {
        require(rank == 4 && count > 0 && deviation > 0, "blur: shape \(shape) by \(deviation)")
        return weightedRows(.gaussian(size: shape[1], deviation: deviation), axis: 1)
            .weightedRows(.gaussian(size: shape[2], deviation: deviation), axis: 2)
    }

    /// Applies `map` to `axis`.
    func weightedRows(_ map: LinearMap, axis: Int) -> Tensor {
        require(
            shape[axis] == map.inputSize,
            "linear map of \(map.inputSize) entries: axis \(axis) of shape \(shape)")
        let outer = shape[..<axis].reduce(1, *), inner = shape[(axis + 1)...].reduce(1, *)
        var newShape = shape
        newShape[axis] = map.outputSize
        let value = withPointers(self) { p in
            Tensor.computed(newShape) { out in
                backend.forRanges(
                    outer * map.outputSize, grain: Swift.max(1, Parallel.elementGrain / 4 / inner)
                ) {
                    map.apply(p[0], outer: outer, inner: inner, into: out, rows: $0)
                }
            }
        }
        return .record(WeightedRows(map: map, axis: axis), [self], value)
    }
}

private struct WeightedRows: Operation {
    let map: LinearMap, axis: Int
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().weightedRows(map.transposed, axis: axis)]
    }
}
