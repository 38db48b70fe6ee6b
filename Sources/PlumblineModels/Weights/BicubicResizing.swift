import PlumblineTensors

extension Tensor {
    /// Bicubic resizing of `[batch, height, width, channels]` with antialiasing, as PyTorch's
    /// `interpolate(mode="bicubic", antialias=True)`.
    package func resizedBicubic(height: Int, width: Int) -> Tensor {
        require(
            rank == 4 && count > 0 && height > 0 && width > 0,
            "resize: shape \(shape) to \(height)x\(width)")
        return weightedRows(
            .resizing(.bicubic, from: shape[1], to: height, antialias: true), axis: 1
        )
        .weightedRows(
            .resizing(.bicubic, from: shape[2], to: width, antialias: true), axis: 2)
    }
}
