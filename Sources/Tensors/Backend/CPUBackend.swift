import COneDNN
import Kernels

/// Pooled host memory, libgomp's threads, oneDNN's matrix products and convolutions.
struct CPUBackend: Backend {
    func allocate(_ count: Int) -> Storage { StoragePool.shared.allocate(count) }

    func forRanges(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
        Parallel.forRanges(count, grain: grain, body)
    }

    func multiply(
        _ a: UnsafePointer<Float>, transposed transposeA: Bool, leading lda: Int,
        _ b: UnsafePointer<Float>, transposed transposeB: Bool, leading ldb: Int,
        into c: UnsafeMutablePointer<Float>, leading ldc: Int,
        m: Int, n: Int, k: Int, alpha: Float, beta: Float
    ) {
        WorkCounter.add(2 * m * n * k)
        // A window's attention: oneDNN spends more on setting such a product up than on computing
        // it.
        if max(m, n, k) <= Int(PL_SMALL_MATRIX) {
            pl_small_multiply(
                a, transposeA ? 1 : 0, lda, b, transposeB ? 1 : 0, ldb, c, ldc, m, n, k, alpha, beta
            )
            return
        }
        if !transposeA, lda == k, ldc == n, ldb == (transposeB ? k : n), alpha == 1,
            beta == 0 || beta == 1,
            let product = PointwiseProduct(
                rows: m, columns: n, depth: k, weightIsTransposed: !transposeB,
                accumulates: beta == 1)
        {
            product.run(a, b, into: c)
            return
        }
        let status = dnnl_sgemm(
            transposeA ? 84 : 78, transposeB ? 84 : 78,  // "T" : "N"
            dnnl_dim_t(m), dnnl_dim_t(n), dnnl_dim_t(k), alpha, a, dnnl_dim_t(lda), b,
            dnnl_dim_t(ldb), beta, c, dnnl_dim_t(ldc))
        require(
            status == dnnl_success,
            "oneDNN sgemm \(m)x\(n)x\(k) failed with status \(status.rawValue)")
    }

    func convolve(
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
