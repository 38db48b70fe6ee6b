extension Tensor {
    /// The largest value of every window of `[batch, height, width, channels]`.
    ///
    /// Padding never wins. The first of equal values wins, as in PyTorch. NaN wins.
    public func maxPooled(kernel: Int, stride: Int, padding: Int = 0) -> Tensor {
        let window = PoolingWindow(
            shape, kernel: kernel, stride: stride, padding: padding, operation: "maxPool")
        let (values, pixels) = backend.maxPool(self, window)
        return .record(MaxPool(window: window, pixels: pixels), [self], values)
    }

    fileprivate func scatteredMaxima(_ pixels: Tensor, _ window: PoolingWindow) -> Tensor {
        .record(
            MaxScatter(window: window, pixels: pixels), [self],
            backend.scatterMaxima(self, pixels, window))
    }

    fileprivate func gatheredMaxima(_ pixels: Tensor, _ window: PoolingWindow) -> Tensor {
        .record(
            MaxGather(window: window, pixels: pixels), [self],
            backend.gatherMaxima(self, pixels, window))
    }
}

private struct MaxPool: Operation {
    let window: PoolingWindow
    /// Where each window's maximum was.
    let pixels: Tensor
    var saves: Saved { .nothing }
    var layer: Layer? { .maxPool }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().scatteredMaxima(pixels, window)]
    }
}

private struct MaxScatter: Operation {
    let window: PoolingWindow
    let pixels: Tensor
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().gatheredMaxima(pixels, window)]
    }
}

private struct MaxGather: Operation {
    let window: PoolingWindow
    let pixels: Tensor
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().scatteredMaxima(pixels, window)]
    }
}
