extension LinearMap {
    /// Bilinear resizing of one axis, as PyTorch's `interpolate`.
    ///
    /// - Parameters:
    ///   - alignCorners: whether the first and last samples of both coincide. Otherwise their outer
    ///     edges coincide.
    ///   - antialias: whether to widen the triangle filter to the scale when shrinking, as PIL and
    ///     torchvision's `antialias=True` do.
    public static func bilinear(
        from input: Int, to output: Int, alignCorners: Bool = false, antialias: Bool = false
    ) -> LinearMap {
        require(input > 0 && output > 0, "resize: axis of \(input) to \(output)")
        if antialias && !alignCorners { return antialiased(from: input, to: output) }
        let rows = (0..<output).map { index -> [Term] in
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
        let scale = Double(input) / Double(output)
        let support = Swift.max(1, scale)
        let rows = (0..<output).map { index -> [Term] in
            let centre = (Double(index) + 0.5) * scale
            let low = Swift.max(0, Int(centre - support + 0.5))
            let high = Swift.min(input, Int(centre + support + 0.5))
            let raw = (low..<high).map {
                Swift.max(0, 1 - Swift.abs((Double($0) + 0.5 - centre) / support))
            }
            let total = raw.reduce(0, +)
            return zip(low..<high, raw).map { (source: $0, weight: Float($1 / total)) }
        }
        return LinearMap(inputSize: input, rows: rows)
    }
}

extension Tensor {
    /// Bilinear resizing of `[batch, height, width, channels]`; see
    /// ``LinearMap/bilinear(from:to:alignCorners:antialias:)``.
    public func resized(
        height: Int, width: Int, alignCorners: Bool = false, antialias: Bool = false
    ) -> Tensor {
        require(rank == 4 && count > 0, "resize: shape \(shape) to \(height)x\(width)")
        if shape[1] == height && shape[2] == width { return self }
        return weightedRows(
            .bilinear(from: shape[1], to: height, alignCorners: alignCorners, antialias: antialias),
            axis: 1
        )
        .weightedRows(
            .bilinear(from: shape[2], to: width, alignCorners: alignCorners, antialias: antialias),
            axis: 2)
    }
}
