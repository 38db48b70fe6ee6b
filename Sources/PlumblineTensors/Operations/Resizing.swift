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
        guard alignCorners else {
            return resizing(.bilinear, from: input, to: output, antialias: antialias)
        }
        require(input > 0 && output > 0, "resize: axis of \(input) to \(output)")
        return LinearMap(
            inputSize: input,
            rows: (0..<output).map { index in
                between(
                    output == 1 ? 0 : Double(index) * Double(input - 1) / Double(output - 1), input)
            })
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
