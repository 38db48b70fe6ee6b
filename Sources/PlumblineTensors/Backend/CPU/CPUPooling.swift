import Kernels

extension CPUBackend {
    func maxPool(_ x: Tensor, _ window: PoolingWindow) -> (values: Tensor, pixels: Tensor) {
        // Above this a float does not hold every pixel's number.
        require(
            x.shape[1] * x.shape[2] <= 1 << 24, "maxPool: image of shape \(x.shape) is too large")
        let values = Tensor.uninitialised(window.outputShape)
        let pixels = Tensor.uninitialised(window.outputShape)
        withPointers(x, values, pixels) { p in
            window.forImages { pl_max_pool(p[0] + $0, window.kernelWindow, p[1] + $1, p[2] + $1) }
        }
        return (values, pixels)
    }

    func gatherMaxima(_ x: Tensor, _ pixels: Tensor, _ window: PoolingWindow) -> Tensor {
        withPointers(x, pixels) { p in
            .onHost(window.outputShape) { out in
                window.forImages {
                    pl_max_pool_gather(p[0] + $0, p[1] + $1, window.kernelWindow, out + $1)
                }
            }
        }
    }

    func scatterMaxima(_ g: Tensor, _ pixels: Tensor, _ window: PoolingWindow) -> Tensor {
        withPointers(g, pixels) { p in
            .onHost(window.inputShape) { out in
                window.forImages {
                    pl_max_pool_scatter(p[0] + $1, p[1] + $1, window.kernelWindow, out + $0)
                }
            }
        }
    }

    func averagePool(_ x: Tensor, _ window: PoolingWindow, countsPadding: Bool) -> Tensor {
        withPointers(x) { p in
            .onHost(window.outputShape) { out in
                window.forImages {
                    pl_average_pool(
                        p[0] + $0, window.kernelWindow, countsPadding ? 1 : 0, out + $1)
                }
            }
        }
    }

    func averageSpread(_ g: Tensor, _ window: PoolingWindow, countsPadding: Bool) -> Tensor {
        withPointers(g) { p in
            .onHost(window.inputShape) { out in
                window.forImages {
                    pl_average_pool_spread(
                        p[0] + $1, window.kernelWindow, countsPadding ? 1 : 0, out + $0)
                }
            }
        }
    }
}

extension PoolingWindow {
    fileprivate var kernelWindow: pl_window {
        pl_window(
            height: inputShape[1], width: inputShape[2], channels: inputShape[3],
            out_height: outputShape[1], out_width: outputShape[2], kernel_height: kernel,
            kernel_width: kernel, stride: stride, padding: padding)
    }

    /// Runs `body` for every image with the offsets of its input and output.
    fileprivate func forImages(_ body: (_ input: Int, _ output: Int) -> Void) {
        let inputCount = inputShape[1...].reduce(1, *)
        let outputCount = outputShape[1...].reduce(1, *)
        Parallel.forRanges(inputShape[0], grain: 1) {
            for image in $0 { body(image * inputCount, image * outputCount) }
        }
    }
}
