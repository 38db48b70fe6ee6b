import Kernels

/// A 3 x 3 convolution of stride 1, or one of its gradients, by Winograd's minimal filtering
/// F(2 x 2, 3 x 3) (Lavin and Gray, arXiv 1509.09308).
///
/// It needs 2.25 times fewer multiplications than the direct sums. Its rounding errors are a third
/// smaller, because each sum has fewer terms. oneDNN has this algorithm for AVX-512 alone.
struct WinogradConvolution {
    private let member: ConvolutionMember
    private let geometry: ConvolutionGeometry
    private let plan: pl_winograd

    /// How many tiles are worth a thread of their own.
    private static let grain = 24

    /// `nil` where the transforms would cost more than they save.
    ///
    /// This does not depend on the batch size, so the result for an image never depends on the
    /// other images of the batch.
    init?(_ member: ConvolutionMember, _ g: ConvolutionGeometry) {
        guard g.kernelHeight == 3, g.kernelWidth == 3, g.stride == 1, g.groups == 1, g.padding <= 2
        else { return nil }
        guard g.inChannels % 8 == 0, g.outChannels % 8 == 0, min(g.inChannels, g.outChannels) >= 16
        else { return nil }
        guard g.outHeight * g.outWidth >= 100 else { return nil }
        self.member = member
        geometry = g
        if member == .inputGradient {
            // This is a convolution too: of the output's gradient, with the weights turned round.
            plan = pl_winograd(
                height: g.outHeight, width: g.outWidth, in: g.outChannels, out_height: g.height,
                out_width: g.width, out: g.inChannels, padding: 2 - g.padding)
        } else {
            plan = pl_winograd(
                height: g.height, width: g.width, in: g.inChannels, out_height: g.outHeight,
                out_width: g.outWidth, out: g.outChannels, padding: g.padding)
        }
    }

    /// ``ConvolutionMember`` says what `first` and `second` are.
    func run(
        _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>,
        into out: UnsafeMutablePointer<Float>
    ) {
        WorkCounter.add(2 * 16 * tiles * plan.in * plan.out)
        if member == .weightGradient {
            correlate(first, second, into: out)
        } else {
            convolve(first, second, into: out)
        }
    }

    private var tiles: Int { withUnsafePointer(to: plan) { pl_winograd_tiles($0, geometry.batch) } }
    private var panels: Int { pl_winograd_panels(plan.out) }
    private var transformedCount: Int {
        withUnsafePointer(to: plan) { pl_winograd_transformed($0) }
    }
    private var scratchCount: Int { withUnsafePointer(to: plan) { pl_winograd_scratch($0) } }

    private func convolve(
        _ image: UnsafePointer<Float>, _ weight: UnsafePointer<Float>,
        into out: UnsafeMutablePointer<Float>
    ) {
        let isTurned = member == .inputGradient
        let perOutput = 9 * geometry.inChannels
        let transformed = BufferPool.shared.allocate(transformedCount)
        let scratch = BufferPool.shared.allocate(
            scratchCount * Parallel.parts(tiles, grain: Self.grain))
        withExtendedLifetime((transformed, scratch)) {
            Parallel.forRanges(panels, grain: 1) {
                pl_winograd_weights(
                    weight, isTurned ? 1 : perOutput, isTurned ? perOutput : 1,
                    geometry.inChannels, isTurned ? 1 : 0, plan.out, plan.in, $0.lowerBound,
                    $0.upperBound, transformed.pointer)
            }
            Parallel.forRanges(tiles, grain: Self.grain) { range, part in
                withUnsafePointer(to: plan) {
                    pl_winograd_convolve(
                        $0, image, transformed.pointer, range.lowerBound, range.upperBound,
                        scratch.pointer + part * scratchCount, out)
                }
            }
        }
    }

    private func correlate(
        _ image: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>,
        into weight: UnsafeMutablePointer<Float>
    ) {
        let parts = Parallel.parts(tiles, grain: Self.grain)
        let count = transformedCount
        let sums = BufferPool.shared.allocate(count * parts)
        let scratch = BufferPool.shared.allocate(scratchCount * parts)
        withExtendedLifetime((sums, scratch)) {
            Parallel.forRanges(count * parts, grain: Parallel.elementGrain) {
                pl_fill(0, sums.pointer + $0.lowerBound, $0.count)
            }
            Parallel.forRanges(tiles, grain: Self.grain) { range, part in
                withUnsafePointer(to: plan) {
                    pl_winograd_correlate(
                        $0, image, gradient, range.lowerBound, range.upperBound,
                        scratch.pointer + part * scratchCount, sums.pointer + part * count)
                }
            }
            // The threads' sums are added in the threads' order.
            Parallel.forRanges(count, grain: Parallel.elementGrain) {
                for part in 1..<max(parts, 1) {
                    pl_accumulate(
                        1, sums.pointer + part * count + $0.lowerBound,
                        sums.pointer + $0.lowerBound, $0.count)
                }
            }
            Parallel.forRanges(panels, grain: 1) {
                pl_winograd_weight_gradient(
                    sums.pointer, plan.out, plan.in, $0.lowerBound, $0.upperBound, weight)
            }
        }
    }
}
