import COpenBLAS

// Products and convolutions with every product and sum in double, by OpenBLAS.

extension ReferenceBackend {
    func contract(_ product: Contraction, _ a: Tensor, _ b: Tensor, bias: Tensor?) -> Tensor {
        let (m, n, k) = (product.m, product.n, product.k)
        let bias = bias?.values
        return make(product.shape) { out in
            read(a) { a in
                read(b) { b in
                    for index in 0..<product.batch {
                        let result = Self.product(
                            a[(index * m * k)..<((index + 1) * m * k)].map { Double($0) },
                            product.transposesA,
                            b[(index * k * n)..<((index + 1) * k * n)].map { Double($0) },
                            product.transposesB, m: m, n: n, k: k)
                        for i in result.indices {
                            out[index * m * n + i] = Float(
                                result[i] + Double(bias?[i % n] ?? 0))
                        }
                    }
                }
            }
        }
    }

    func convolve(
        _ member: ConvolutionMember, _ g: ConvolutionGeometry, _ first: Tensor, _ second: Tensor,
        bias: Tensor?
    ) -> Tensor {
        let shape = g.resultShape(member)
        var result = [Double](repeating: 0, count: shape.product)
        read(first) { first in
            read(second) { second in
                for group in 0..<g.groups {
                    convolve(member, ConvolutionGroup(g, group), first, second, into: &result)
                }
            }
        }
        let bias = bias?.values
        return make(shape) { out in
            for index in out.indices {
                out[index] = Float(result[index] + Double(bias?[index % g.outChannels] ?? 0))
            }
        }
    }

    private func convolve(
        _ member: ConvolutionMember, _ group: ConvolutionGroup,
        _ first: UnsafeBufferPointer<Float>, _ second: UnsafeBufferPointer<Float>,
        into result: inout [Double]
    ) {
        let (pixels, outputs, window) = (group.pixels, group.outputs, group.window)
        switch member {
        case .forward:
            let product = Self.product(
                group.patches(of: first), false, group.weights(second), true, m: pixels,
                n: outputs, k: window)
            for index in product.indices { result[group.outputOffset(index)] = product[index] }
        case .inputGradient:
            let patches = Self.product(
                group.outputs(of: first), false, group.weights(second), false, m: pixels,
                n: window, k: outputs)
            group.forPatches { result[$1] += patches[$0] }
        case .weightGradient:
            let product = Self.product(
                group.outputs(of: second), true, group.patches(of: first), false, m: outputs,
                n: window, k: pixels)
            let start = group.index * outputs * window
            for index in product.indices { result[start + index] = product[index] }
        }
    }

    /// `op(a) op(b)`, row-major: `op(a)` is `m x k`, `op(b)` is `k x n`.
    private static func product(
        _ a: [Double], _ transposeA: Bool, _ b: [Double], _ transposeB: Bool, m: Int, n: Int, k: Int
    ) -> [Double] {
        var c = [Double](repeating: 0, count: m * n)
        cblas_dgemm(
            CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans,
            transposeB ? CblasTrans : CblasNoTrans, Int32(m), Int32(n), Int32(k), 1, a,
            Int32(transposeA ? m : k), b, Int32(transposeB ? k : n), 0, &c, Int32(n))
        return c
    }
}

/// One group of a convolution, as a product of `[pixels, window]` patches with
/// `[outputs, window]` weights.
private struct ConvolutionGroup {
    let geometry: ConvolutionGeometry
    let index: Int
    /// Output pixels of all images.
    let pixels: Int
    /// Channels of this group's inputs and outputs.
    let inputs: Int
    let outputs: Int
    /// Values in a window.
    let window: Int

    init(_ g: ConvolutionGeometry, _ index: Int) {
        geometry = g
        self.index = index
        pixels = g.batch * g.outHeight * g.outWidth
        inputs = g.inChannels / g.groups
        outputs = g.outChannels / g.groups
        window = g.kernelHeight * g.kernelWidth * inputs
    }

    /// Where value `index` of `[pixels, outputs]` is in the whole output.
    func outputOffset(_ value: Int) -> Int {
        value / outputs * geometry.outChannels + index * outputs + value % outputs
    }

    func outputs(of output: UnsafeBufferPointer<Float>) -> [Double] {
        (0..<pixels * outputs).map { Double(output[outputOffset($0)]) }
    }

    func weights(_ weight: UnsafeBufferPointer<Float>) -> [Double] {
        weight[(index * outputs * window)..<((index + 1) * outputs * window)].map { Double($0) }
    }

    func patches(of image: UnsafeBufferPointer<Float>) -> [Double] {
        var patches = [Double](repeating: 0, count: pixels * window)
        forPatches { patches[$0] = Double(image[$1]) }
        return patches
    }

    /// Calls `body` for every value that a window covers, with its offset in the patches and its
    /// offset in the image.
    func forPatches(_ body: (_ patch: Int, _ image: Int) -> Void) {
        let g = geometry
        var patch = 0
        for pixel in 0..<pixels {
            let n = pixel / (g.outHeight * g.outWidth)
            let top = pixel / g.outWidth % g.outHeight * g.stride - g.padding
            let left = pixel % g.outWidth * g.stride - g.padding
            for y in top..<(top + g.kernelHeight) {
                for x in left..<(left + g.kernelWidth) {
                    if y >= 0, y < g.height, x >= 0, x < g.width {
                        let image = ((n * g.height + y) * g.width + x) * g.inChannels
                        for channel in 0..<inputs {
                            body(patch + channel, image + index * inputs + channel)
                        }
                    }
                    patch += inputs
                }
            }
        }
    }
}
