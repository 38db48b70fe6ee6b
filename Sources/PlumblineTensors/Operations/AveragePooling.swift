extension Tensor {
    /// The mean of every window of `[batch, height, width, channels]`.
    ///
    /// - Parameter countsPadding: whether the zeros of the padding count towards the mean.
    public func averagePooled(
        kernel: Int, stride: Int, padding: Int = 0, countsPadding: Bool = true
    ) -> Tensor {
        let window = PoolingWindow(
            shape, kernel: kernel, stride: stride, padding: padding, operation: "averagePool")
        return averagePooled(window, countsPadding)
    }

    /// The mean of `[batch, height, width, channels]` over all pixels, to `[batch, channels]`:
    /// adaptive pooling to 1 x 1.
    public func globalAveragePooled() -> Tensor {
        require(rank == 4 && count > 0, "globalAveragePool: shape \(shape)")
        let value = withoutGradients { detached.mean([1, 2]) }
        return .record(GlobalAveragePool(shape: shape), [self], value)
    }

    /// The means of a `height x width` grid of windows that cover the image, as PyTorch's
    /// `adaptive_avg_pool2d`.
    ///
    /// Neighbouring windows may overlap by a pixel.
    public func adaptiveAveragePooled(height: Int, width: Int) -> Tensor {
        require(
            rank == 4 && height > 0 && width > 0 && count > 0,
            "adaptiveAveragePool: shape \(shape) to \(height)x\(width)")
        let pool = AdaptiveAveragePool(
            rows: .adaptiveMean(from: shape[1], to: height),
            columns: .adaptiveMean(from: shape[2], to: width))
        return .record(pool, [self], withoutGradients { pool.forward(detached) })
    }

    fileprivate func averagePooled(_ window: PoolingWindow, _ countsPadding: Bool) -> Tensor {
        .record(
            AveragePool(window: window, countsPadding: countsPadding), [self],
            backend.averagePool(self, window, countsPadding: countsPadding))
    }

    fileprivate func averageSpread(_ window: PoolingWindow, _ countsPadding: Bool) -> Tensor {
        .record(
            AverageSpread(window: window, countsPadding: countsPadding), [self],
            backend.averageSpread(self, window, countsPadding: countsPadding))
    }
}

private struct GlobalAveragePool: Operation {
    let shape: [Int]
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] { [spread(sweep.upstream())] }

    private func spread(_ g: Tensor) -> Tensor {
        (g * (1 / Float(shape[1] * shape[2]))).reshaped([shape[0], 1, 1, shape[3]]).broadcast(
            to: shape)
    }

    var layer: Layer? {
        .averagePool(AveragePoolLayer(forward: { $0.mean([1, 2]) }, backward: spread))
    }
}

private struct AdaptiveAveragePool: Operation {
    let rows: LinearMap
    let columns: LinearMap
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] { [spread(sweep.upstream())] }

    func forward(_ x: Tensor) -> Tensor {
        x.weightedRows(rows, axis: 1).weightedRows(columns, axis: 2)
    }

    private func spread(_ g: Tensor) -> Tensor {
        g.weightedRows(columns.transposed, axis: 2).weightedRows(rows.transposed, axis: 1)
    }

    var layer: Layer? {
        .averagePool(AveragePoolLayer(forward: forward, backward: spread))
    }
}

private struct AveragePool: Operation {
    let window: PoolingWindow
    let countsPadding: Bool
    var saves: Saved { .nothing }
    var layer: Layer? {
        .averagePool(
            AveragePoolLayer(
                forward: { $0.averagePooled(window, countsPadding) },
                backward: { $0.averageSpread(window, countsPadding) }))
    }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().averageSpread(window, countsPadding)]
    }
}

private struct AverageSpread: Operation {
    let window: PoolingWindow
    let countsPadding: Bool
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().averagePooled(window, countsPadding)]
    }
}

extension LinearMap {
    /// One axis of adaptive pooling.
    static func adaptiveMean(from input: Int, to output: Int) -> LinearMap {
        let ranges = (0..<output).map { index in
            index * input / output..<((index + 1) * input + output - 1) / output
        }
        return mean(of: ranges, inputSize: input)
    }
}
