/// All that separates operations from the machine that runs them: where values live, how a loop is
/// split, and the two contractions that dominate. Operations reach the machine through `backend`
/// alone.
package protocol Backend: Sendable {
    /// An uninitialised buffer of at least `count` values.
    func allocate(_ count: Int) -> Storage

    /// Runs `body` over contiguous ranges of `0 ..< count`, in parallel where they are at least
    /// `grain` long.
    func forRanges(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void)

    /// `c = alpha op(a) op(b) + beta c`, row-major, `op(a)` of `m x k` and `op(b)` of `k x n`, with
    /// leading dimensions.
    func multiply(
        _ a: UnsafePointer<Float>, transposed: Bool, leading lda: Int,
        _ b: UnsafePointer<Float>, transposed: Bool, leading ldb: Int,
        into c: UnsafeMutablePointer<Float>, leading ldc: Int,
        m: Int, n: Int, k: Int, alpha: Float, beta: Float)

    /// One of the three members of the convolution family; `out` is overwritten. Layouts: images
    /// NHWC, weights OHWI.
    func convolve(
        _ member: ConvolutionMember, _ geometry: ConvolutionGeometry,
        _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>,
        into out: UnsafeMutablePointer<Float>)
}

/// The backend in use; only ``withPreciseProducts(_:)`` changes it, between computations.
package nonisolated(unsafe) internal(set) var backend: any Backend = CPUBackend()
