import COpenBLAS

/// The host with products and convolutions accumulated in double, by OpenBLAS: some ten times
/// slower.
///
/// For telling a wrong derivative from an unlucky rounding. A ReLU's input within 1e-7 of zero
/// changes sign with the order of a float32 sum, and one such sign moves the gradient of a small
/// network by a thousandth; accumulated in double, almost none does.
struct PreciseBackend: Backend {
    private let host = CPUBackend()

    func allocate(_ count: Int) -> Storage { host.allocate(count) }

    func forRanges(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
        host.forRanges(count, grain: grain, body)
    }

    func multiply(
        _ a: UnsafePointer<Float>, transposed transposeA: Bool, leading lda: Int,
        _ b: UnsafePointer<Float>, transposed transposeB: Bool, leading ldb: Int,
        into c: UnsafeMutablePointer<Float>, leading ldc: Int,
        m: Int, n: Int, k: Int, alpha: Float, beta: Float
    ) {
        let left = Self.widened(
            a, rows: transposeA ? k : m, columns: transposeA ? m : k, leading: lda)
        let right = Self.widened(
            b, rows: transposeB ? n : k, columns: transposeB ? k : n, leading: ldb)
        let product = Self.product(left, transposeA, right, transposeB, m: m, n: n, k: k)
        for row in 0..<m {
            for column in 0..<n {
                let place = row * ldc + column
                let before = beta == 0 ? 0 : Double(beta) * Double(c[place])
                c[place] = Float(Double(alpha) * product[row * n + column] + before)
            }
        }
    }

    func convolve(
        _ member: ConvolutionMember, _ g: ConvolutionGeometry,
        _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>,
        into out: UnsafeMutablePointer<Float>
    ) {
        let pixels = g.batch * g.outHeight * g.outWidth
        let inputs = g.inChannels / g.groups, outputs = g.outChannels / g.groups,
            window = g.kernelHeight * g.kernelWidth * inputs
        let count = [g.inputShape, g.outputShape, g.weightShape][
            member == .inputGradient ? 0 : member == .forward ? 1 : 2
        ].product
        var result = [Double](repeating: 0, count: count)
        for group in 0..<g.groups {
            /// `[pixels, outputs]` of this group from an output-shaped buffer.
            func outputRows(_ y: UnsafePointer<Float>) -> [Double] {
                Self.widened(
                    y + group * outputs, rows: pixels, columns: outputs, leading: g.outChannels)
            }
            func weights(_ w: UnsafePointer<Float>) -> [Double] {
                Self.widened(
                    w + group * outputs * window, rows: outputs, columns: window, leading: window)
            }
            switch member {
            case .forward:
                var patches = [Double](repeating: 0, count: pixels * window)
                forPatches(g, group) { patches[$0] = Double(first[$1]) }
                let product = Self.product(
                    patches, false, weights(second), true, m: pixels, n: outputs, k: window)
                for pixel in 0..<pixels {
                    for o in 0..<outputs {
                        result[pixel * g.outChannels + group * outputs + o] =
                            product[pixel * outputs + o]
                    }
                }
            case .inputGradient:
                let patches = Self.product(
                    outputRows(first), false, weights(second), false, m: pixels, n: window,
                    k: outputs)
                forPatches(g, group) { result[$1] += patches[$0] }
            case .weightGradient:
                var patches = [Double](repeating: 0, count: pixels * window)
                forPatches(g, group) { patches[$0] = Double(first[$1]) }
                let product = Self.product(
                    outputRows(second), true, patches, false, m: outputs, n: window, k: pixels)
                for index in product.indices {
                    result[group * outputs * window + index] = product[index]
                }
            }
        }
        for index in result.indices { out[index] = Float(result[index]) }
    }

    /// Calls `body` with the place in `[pixels, window]` and the place in the image of every value
    /// that a window covers.
    private func forPatches(
        _ g: ConvolutionGeometry, _ group: Int, _ body: (_ patch: Int, _ image: Int) -> Void
    ) {
        let inputs = g.inChannels / g.groups
        var patch = 0
        for n in 0..<g.batch {
            for oy in 0..<g.outHeight {
                for ox in 0..<g.outWidth {
                    for ky in 0..<g.kernelHeight {
                        for kx in 0..<g.kernelWidth {
                            let y = oy * g.stride + ky - g.padding,
                                x = ox * g.stride + kx - g.padding
                            if y >= 0, y < g.height, x >= 0, x < g.width {
                                let image =
                                    ((n * g.height + y) * g.width + x) * g.inChannels + group
                                    * inputs
                                for channel in 0..<inputs { body(patch + channel, image + channel) }
                            }
                            patch += inputs
                        }
                    }
                }
            }
        }
    }

    private static func widened(_ x: UnsafePointer<Float>, rows: Int, columns: Int, leading: Int)
        -> [Double]
    {
        [Double](unsafeUninitializedCapacity: rows * columns) { buffer, count in
            for row in 0..<rows {
                for column in 0..<columns {
                    buffer[row * columns + column] = Double(x[row * leading + column])
                }
            }
            count = rows * columns
        }
    }

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

/// Runs `body` with products and convolutions accumulated in double. Not while another thread
/// computes.
public func withPreciseProducts<Result>(_ body: () throws -> Result) rethrows -> Result {
    let before = backend
    backend = PreciseBackend()
    defer { backend = before }
    return try body()
}
