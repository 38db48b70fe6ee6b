/// How resizing computes a value between pixels.
public enum Interpolation: String, Sendable, CaseIterable {
    /// The pixel whose area contains the centre of the new pixel: Pillow's `NEAREST` and PyTorch's
    /// `nearest-exact`. PyTorch's older `nearest` takes other pixels.
    case nearest
    /// A weighted mean of the two nearest pixels of each axis.
    case bilinear
    /// Keys' cubic of the four nearest pixels of each axis (doi 10.1109/TASSP.1981.1163711).
    ///
    /// Its parameter is -0.75 without antialiasing and -0.5 with it, as in PyTorch. Pillow always
    /// has -0.5.
    case bicubic
}

extension LinearMap {
    /// Resizing of one axis, as PyTorch's `interpolate` with corners that are not aligned.
    ///
    /// - Parameters:
    ///   - antialias: whether the filter is widened to the scale when shrinking, as in Pillow and
    ///     in torchvision's `antialias=True`. The nearest pixel is not changed by it.
    ///   - outputs: which entries of the resized axis are computed; all by default. A crop needs
    ///     only a part of a long axis.
    public static func resizing(
        _ interpolation: Interpolation, from input: Int, to output: Int, antialias: Bool = false,
        outputs: Range<Int>? = nil
    ) -> LinearMap {
        require(input > 0 && output > 0, "resize: axis of \(input) to \(output)")
        let outputs = outputs ?? 0..<output
        switch (interpolation, antialias) {
        case (.nearest, _): return nearest(from: input, to: output, outputs)
        case (.bilinear, false): return bilinear(from: input, to: output, outputs)
        case (.bilinear, true):
            return antialiased(.triangle, from: input, to: output, outputs)
        case (.bicubic, false): return bicubic(from: input, to: output, outputs)
        case (.bicubic, true): return antialiased(.cubic, from: input, to: output, outputs)
        }
    }

    private static func nearest(from input: Int, to output: Int, _ outputs: Range<Int>) -> LinearMap
    {
        LinearMap(
            inputSize: input,
            rows: outputs.map { [(source: (2 * $0 + 1) * input / (2 * output), weight: 1)] })
    }

    private static func bilinear(
        from input: Int, to output: Int, _ outputs: Range<Int>
    ) -> LinearMap {
        LinearMap(
            inputSize: input,
            rows: outputs.map { index in
                let position = (Double(index) + 0.5) * Double(input) / Double(output) - 0.5
                return between(Swift.max(0, position), input)
            })
    }

    /// The two inputs beside `position`.
    static func between(_ position: Double, _ input: Int) -> [Term] {
        let low = Swift.min(Int(position), input - 1)
        let high = Swift.min(low + 1, input - 1)
        let fraction = Float(position - Double(low))
        if high == low { return [(source: low, weight: 1)] }
        return [(source: low, weight: 1 - fraction), (source: high, weight: fraction)]
    }

    /// Beyond the edge, the outermost pixel is repeated.
    private static func bicubic(from input: Int, to output: Int, _ outputs: Range<Int>) -> LinearMap
    {
        let rows = outputs.map { index -> [Term] in
            let position = (Double(index) + 0.5) * Double(input) / Double(output) - 0.5
            let low = Int(position.rounded(.down))
            return (low - 1...low + 2).map { source in
                (
                    source: Swift.min(Swift.max(source, 0), input - 1),
                    weight: Float(ResizingFilter.keys(Double(source) - position, -0.75))
                )
            }
        }
        return LinearMap(inputSize: input, rows: rows)
    }

    private static func antialiased(
        _ filter: ResizingFilter, from input: Int, to output: Int, _ outputs: Range<Int>
    ) -> LinearMap {
        LinearMap(
            inputSize: input,
            rows: outputs.map { index in
                let (first, weights) = filter.weights(of: index, from: input, to: output)
                return weights.enumerated().map { (source: first + $0, weight: Float($1)) }
            })
    }
}

/// A filter of Pillow's resampling, which is widened to the scale when shrinking.
///
/// PyTorch's `antialias=True` has the same weights.
package enum ResizingFilter: Sendable {
    case triangle
    case cubic

    /// The distance from the centre at which the filter becomes 0.
    private var radius: Double { self == .triangle ? 1 : 2 }

    private func callAsFunction(_ x: Double) -> Double {
        self == .triangle ? Swift.max(0, 1 - Swift.abs(x)) : Self.keys(x, -0.5)
    }

    /// Keys' cubic with the parameter `a`.
    static func keys(_ x: Double, _ a: Double) -> Double {
        let x = Swift.abs(x)
        if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
    }

    /// The weights of entry `index` of a resized axis, and the input of the first weight.
    package func weights(
        of index: Int, from input: Int, to output: Int
    ) -> (first: Int, weights: [Double]) {
        let scale = Double(input) / Double(output)
        let width = Swift.max(1, scale)
        let centre = (Double(index) + 0.5) * scale
        let low = Swift.max(0, Int(centre - radius * width + 0.5))
        let high = Swift.min(input, Int(centre + radius * width + 0.5))
        let raw = (low..<high).map { self((Double($0) + 0.5 - centre) / width) }
        let total = raw.reduce(0, +)
        return (low, raw.map { $0 / total })
    }
}
