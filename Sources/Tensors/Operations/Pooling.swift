import Kernels

/// The shapes of a pooling window over `[batch, height, width, channels]`.
private struct PoolingGeometry {
    let input: [Int], output: [Int], window: pl_window

    init(_ shape: [Int], kernel: Int, stride: Int, padding: Int, operation: String) {
        require(
            shape.count == 4 && shape.product > 0 && kernel > 0 && stride > 0 && padding >= 0
                && padding <= kernel / 2
                && shape[1] + 2 * padding >= kernel && shape[2] + 2 * padding >= kernel,
            "\(operation): window \(kernel), stride \(stride), padding \(padding) over shape \(shape)"
        )
        input = shape
        let outHeight = (shape[1] + 2 * padding - kernel) / stride + 1,
            outWidth = (shape[2] + 2 * padding - kernel) / stride + 1
        output = [shape[0], outHeight, outWidth, shape[3]]
        window = pl_window(
            height: shape[1], width: shape[2], channels: shape[3], out_height: outHeight,
            out_width: outWidth,
            kernel_height: kernel, kernel_width: kernel, stride: stride, padding: padding)
    }

    /// Runs `body` for every image with the offsets of its input and output.
    func forImages(_ body: (_ input: Int, _ output: Int) -> Void) {
        backend.forRanges(input[0], grain: 1) {
            for image in $0 {
                body(image * input[1...].reduce(1, *), image * output[1...].reduce(1, *))
            }
        }
    }
}

extension Tensor {
    /// The largest value of every window; padding never wins, the first of equal values does, as in
    /// PyTorch. NaN wins.
    public func maxPooled(kernel: Int, stride: Int, padding: Int = 0) -> Tensor {
        let geometry = PoolingGeometry(
            shape, kernel: kernel, stride: stride, padding: padding, operation: "maxPool")
        let indices = PoolIndices(count: geometry.output.product)
        let value = withPointers(self) { p in
            Tensor.computed(geometry.output) { out in
                geometry.forImages {
                    pl_max_pool(p[0] + $0, geometry.window, out + $1, indices.pointer + $1)
                }
            }
        }
        return .record(MaxPool(geometry: geometry, indices: indices), [self], value)
    }

    /// The mean of every window. Padded zeros count towards it unless `countsPadding` is off.
    public func averagePooled(
        kernel: Int, stride: Int, padding: Int = 0, countsPadding: Bool = true
    ) -> Tensor {
        let geometry = PoolingGeometry(
            shape, kernel: kernel, stride: stride, padding: padding, operation: "averagePool")
        return averagePooled(geometry, countsPadding)
    }

    /// The mean of `[batch, height, width, channels]` over all pixels, to `[batch, channels]`:
    /// adaptive pooling to 1 x 1.
    ///
    /// - Parameter isFunction: see ``Layer``; only propagation rules care.
    public func globalAveragePooled(isFunction: Bool = false) -> Tensor {
        require(rank == 4 && count > 0, "globalAveragePool: shape \(shape)")
        let value = withoutGradients { detached.mean([1, 2]) }
        return .record(GlobalAveragePool(isFunction: isFunction, shape: shape), [self], value)
    }

    /// The means of a `height x width` grid of windows that cover the image, which may overlap by a
    /// pixel, as PyTorch's `adaptive_avg_pool2d`.
    public func adaptiveAveragePooled(height: Int, width: Int) -> Tensor {
        require(
            rank == 4 && height > 0 && width > 0 && count > 0,
            "adaptiveAveragePool: shape \(shape) to \(height)x\(width)")
        let maps = (
            LinearMap.adaptiveMean(from: shape[1], to: height),
            LinearMap.adaptiveMean(from: shape[2], to: width)
        )
        let value = withoutGradients {
            detached.weightedRows(maps.0, axis: 1).weightedRows(maps.1, axis: 2)
        }
        return .record(AdaptiveAveragePool(rows: maps.0, columns: maps.1), [self], value)
    }

    fileprivate func averagePooled(_ geometry: PoolingGeometry, _ countsPadding: Bool) -> Tensor {
        let value = withPointers(self) { p in
            Tensor.computed(geometry.output) { out in
                geometry.forImages {
                    pl_average_pool(p[0] + $0, geometry.window, countsPadding ? 1 : 0, out + $1)
                }
            }
        }
        return .record(AveragePool(geometry: geometry, countsPadding: countsPadding), [self], value)
    }

    fileprivate func averageSpread(_ geometry: PoolingGeometry, _ countsPadding: Bool) -> Tensor {
        let value = withPointers(self) { p in
            Tensor.computed(geometry.input) { out in
                geometry.forImages {
                    pl_average_pool_spread(
                        p[0] + $1, geometry.window, countsPadding ? 1 : 0, out + $0)
                }
            }
        }
        return .record(
            AverageSpread(geometry: geometry, countsPadding: countsPadding), [self], value)
    }

    fileprivate func maxScattered(_ geometry: PoolingGeometry, _ indices: PoolIndices) -> Tensor {
        let value = withPointers(self) { p in
            Tensor.computed(geometry.input) { out in
                geometry.forImages {
                    pl_max_pool_scatter(p[0] + $1, indices.pointer + $1, geometry.window, out + $0)
                }
            }
        }
        return .record(MaxScatter(geometry: geometry, indices: indices), [self], value)
    }

    fileprivate func maxGathered(_ geometry: PoolingGeometry, _ indices: PoolIndices) -> Tensor {
        let value = withPointers(self) { p in
            Tensor.computed(geometry.output) { out in
                geometry.forImages {
                    pl_max_pool_gather(p[0] + $0, indices.pointer + $1, geometry.window, out + $1)
                }
            }
        }
        return .record(MaxGather(geometry: geometry, indices: indices), [self], value)
    }
}

/// Where each window's maximum stood.
private final class PoolIndices {
    private let storage: Storage
    init(count: Int) { storage = backend.allocate(count) }
    var pointer: UnsafeMutablePointer<Int32> {
        UnsafeMutableRawPointer(storage.pointer).assumingMemoryBound(to: Int32.self)
    }
}

private struct MaxPool: Operation {
    let geometry: PoolingGeometry, indices: PoolIndices
    var saves: Saved { .nothing }
    var layer: Layer? { .maxPool }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().maxScattered(geometry, indices)]
    }
}

private struct MaxScatter: Operation {
    let geometry: PoolingGeometry, indices: PoolIndices
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().maxGathered(geometry, indices)]
    }
}

private struct MaxGather: Operation {
    let geometry: PoolingGeometry, indices: PoolIndices
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().maxScattered(geometry, indices)]
    }
}

private struct GlobalAveragePool: Operation {
    let isFunction: Bool, shape: [Int]
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] { [spread(sweep.upstream())] }

    private func spread(_ g: Tensor) -> Tensor {
        (g * (1 / Float(shape[1] * shape[2]))).reshaped([shape[0], 1, 1, shape[3]]).broadcast(
            to: shape)
    }

    var layer: Layer? {
        .averagePool(
            AveragePoolLayer(
                isFunction: isFunction, forward: { $0.mean([1, 2]) }, backward: spread))
    }
}

private struct AdaptiveAveragePool: Operation {
    let rows: LinearMap, columns: LinearMap
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] { [spread(sweep.upstream())] }

    private func spread(_ g: Tensor) -> Tensor {
        g.weightedRows(columns.transposed, axis: 2).weightedRows(rows.transposed, axis: 1)
    }

    var layer: Layer? {
        .averagePool(
            AveragePoolLayer(
                isFunction: false,
                forward: { $0.weightedRows(rows, axis: 1).weightedRows(columns, axis: 2) },
                backward: spread))
    }
}

private struct AveragePool: Operation {
    let geometry: PoolingGeometry, countsPadding: Bool
    var saves: Saved { .nothing }
    var layer: Layer? {
        .averagePool(
            AveragePoolLayer(
                isFunction: false, forward: { $0.averagePooled(geometry, countsPadding) },
                backward: { $0.averageSpread(geometry, countsPadding) }))
    }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().averageSpread(geometry, countsPadding)]
    }
}

private struct AverageSpread: Operation {
    let geometry: PoolingGeometry, countsPadding: Bool
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().averagePooled(geometry, countsPadding)]
    }
}
