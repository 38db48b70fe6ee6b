import COneDNN
import Kernels

extension CPUBackend {
    func contract(_ product: Contraction, _ a: Tensor, _ b: Tensor, bias: Tensor?) -> Tensor {
        let (m, n, k) = (product.m, product.n, product.k)
        return withPointers(a, b, bias ?? b) { p in
            .onHost(product.shape) { c in
                let multiply = { (index: Int) in
                    if bias != nil {
                        for row in 0..<m {
                            (c + (index * m + row) * n).update(from: p[2], count: n)
                        }
                    }
                    MatrixProduct(
                        m: m, n: n, k: k, transposesA: product.transposesA,
                        transposesB: product.transposesB, leadingA: product.leadingA,
                        leadingB: product.leadingB, leadingC: n, beta: bias == nil ? 0 : 1
                    ).run(p[0] + index * m * k, p[1] + index * k * n, into: c + index * m * n)
                }
                // Many small products: each thread takes whole ones. Few large products: every
                // product is split between the threads.
                if product.batch >= 2 * Parallel.threads {
                    Parallel.forRanges(product.batch, grain: 1) {
                        for index in $0 { multiply(index) }
                    }
                } else {
                    for index in 0..<product.batch { multiply(index) }
                }
            }
        }
    }

    func convolve(
        _ member: ConvolutionMember, _ geometry: ConvolutionGeometry, _ first: Tensor,
        _ second: Tensor, bias: Tensor?
    ) -> Tensor {
        let shape = geometry.resultShape(member)
        return withPointers(first, second, bias ?? second) { p in
            .onHost(shape) { out in
                convolve(member, geometry, p[0], p[1], into: out)
                guard bias != nil else { return }
                let channels = geometry.outChannels
                Parallel.forRanges(shape.product / channels, grain: Parallel.rowGrain(channels)) {
                    for row in $0 { pl_accumulate(1, p[2], out + row * channels, channels) }
                }
            }
        }
    }

    /// Takes the fastest of three ways.
    private func convolve(
        _ member: ConvolutionMember, _ geometry: ConvolutionGeometry,
        _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>,
        into out: UnsafeMutablePointer<Float>
    ) {
        if let winograd = WinogradConvolution(member, geometry) {
            winograd.run(first, second, into: out)
        } else if let columns = ColumnConvolution(member, geometry) {
            columns.run(first, second, into: out)
        } else {
            WorkCounter.add(
                2 * geometry.outputShape.product * geometry.weightShape[1...].reduce(1, *))
            OneDNNConvolution.cached(member, geometry).run(first, second, into: out)
        }
    }
}

/// `c = alpha op(a) op(b) + beta c` for row-major matrices: `op(a)` is `m x k`, `op(b)` is `k x n`.
///
/// A leading dimension is the distance between the starts of two stored rows.
struct MatrixProduct {
    let m: Int
    let n: Int
    let k: Int
    var transposesA = false
    var transposesB = false
    let leadingA: Int
    let leadingB: Int
    let leadingC: Int
    var alpha: Float = 1
    var beta: Float = 0

    func run(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
        into c: UnsafeMutablePointer<Float>
    ) {
        WorkCounter.add(2 * m * n * k)
        // For small matrices, as in the attention of a window, oneDNN's preparation takes longer
        // than the product.
        if max(m, n, k) <= Int(PL_SMALL_MATRIX) {
            pl_small_multiply(
                a, transposesA ? 1 : 0, leadingA, b, transposesB ? 1 : 0, leadingB, c, leadingC,
                m, n, k, alpha, beta)
            return
        }
        if isPlain,
            let product = PointwiseProduct(
                rows: m, columns: n, depth: k, weightIsTransposed: !transposesB,
                accumulates: beta == 1)
        {
            product.run(a, b, into: c)
            return
        }
        let status = dnnl_sgemm(
            Self.letter(transposesA), Self.letter(transposesB), dnnl_dim_t(m), dnnl_dim_t(n),
            dnnl_dim_t(k), alpha, a, dnnl_dim_t(leadingA), b, dnnl_dim_t(leadingB), beta, c,
            dnnl_dim_t(leadingC))
        require(
            status == dnnl_success,
            "oneDNN sgemm \(m)x\(n)x\(k) failed with status \(status.rawValue)")
    }

    /// Whether the matrices are dense and the product is simply set or added.
    private var isPlain: Bool {
        !transposesA && leadingA == k && leadingC == n && leadingB == (transposesB ? k : n)
            && alpha == 1 && (beta == 0 || beta == 1)
    }

    private static func letter(_ transposes: Bool) -> CChar {
        CChar(UInt8(ascii: transposes ? "T" : "N"))
    }
}
