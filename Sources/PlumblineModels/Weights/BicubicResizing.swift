import PlumblineTensors

extension LinearMap {
    /// Bicubic resizing of one axis with antialiasing, as in Pillow and in PyTorch's
    /// `interpolate(mode="bicubic", antialias=True)` (a = -0.5).
    static func bicubic(from input: Int, to output: Int) -> LinearMap {
        func cubic(_ x: Double) -> Double {
            let x = Swift.abs(x)
            let a = -0.5
            if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
            return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
        }
        let scale = Double(input) / Double(output)
        let width = Swift.max(1, scale)
        let support = 2 * width
        let rows = (0..<output).map { index -> [Term] in
            let centre = (Double(index) + 0.5) * scale
            let low = Swift.max(0, Int(centre - support + 0.5))
            let high = Swift.min(input, Int(centre + support + 0.5))
            let raw = (low..<high).map { cubic((Double($0) + 0.5 - centre) / width) }
            let total = raw.reduce(0, +)
            return zip(low..<high, raw).map { (source: $0, weight: Float($1 / total)) }
        }
        return LinearMap(inputSize: input, rows: rows)
    }
}

extension Tensor {
    /// Bicubic resizing of `[batch, height, width, channels]`; see ``LinearMap/bicubic(from:to:)``.
    package func resizedBicubic(height: Int, width: Int) -> Tensor {
        require(
            rank == 4 && count > 0 && height > 0 && width > 0,
            "resize: shape \(shape) to \(height)x\(width)")
        return weightedRows(.bicubic(from: shape[1], to: height), axis: 1).weightedRows(
            .bicubic(from: shape[2], to: width), axis: 2)
    }
}
