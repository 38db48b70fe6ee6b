import Kernels

/// A 3 x 3 convolution of stride 1, or either of its gradients, by Winograd's minimal filtering F(2
/// x 2, 3 x 3) (Lavin and Gray, arXiv 1509.09308): 2.25 times fewer multiplications than the sums
/// they equal, and rounding errors a third smaller, because each is a sum of fewer terms. oneDNN
/// has it for AVX-512 alone.
struct WinogradConvolution {
    private let member: ConvolutionMember, geometry: ConvolutionGeometry, plan: pl_winograd

    /// nil where transforms would cost more than they save. Whether does not depend on the batch,
    /// so a result never depends on batch mates.
    init?(_ member: ConvolutionMember, _ g: ConvolutionGeometry) {
        guard g.kernelHeight == 3, g.kernelWidth == 3, g.stride == 1, g.groups == 1, g.padding <= 2
        else { return nil }
        guard g.inChannels % 8 == 0, g.outChannels % 8 == 0, min(g.inChannels, g.outChannels) >= 16
        else { return nil }
        guard g.outHeight * g.outWidth >= 100 else { return nil }
        (self.member, geometry) = (member, g)
        // The input gradient is a convolution too, of the output's gradient with the weights turned
        // round.
        plan =
            member == .inputGradient
            ? pl_winograd(
                height: g.outHeight, width: g.outWidth, in: g.outChannels, out_height: g.height,
                out_width: g.width, out: g.inChannels,
                padding: 2 - g.padding)
            : pl_winograd(
                height: g.height, width: g.width, in: g.inChannels, out_height: g.outHeight,
                out_width: g.outWidth, out: g.outChannels,
                padding: g.padding)
    }

    /// `first` and `second` in the order of ``ConvolutionMember``.
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
    /// Tiles worth a thread of their own.
    private static let grain = 24

    private func convolve(
        _ image: UnsafePointer<Float>, _ weight: UnsafePointer<Float>,
        into out: UnsafeMutablePointer<Float>
    ) {
        let turned = member == .inputGradient, perOutput = 9 * geometry.inChannels
        let transformed = backend.allocate(transformedCount)
        let scratch = backend.allocate(scratchCount * Parallel.parts(tiles, grain: Self.grain))
        withExtendedLifetime((transformed, scratch)) {
            backend.forRanges(panels, grain: 1) {
                pl_winograd_weights(
                    weight, turned ? 1 : perOutput, turned ? perOutput : 1, geometry.inChannels,
                    turned ? 1 : 0, plan.out, plan.in,
                    $0.lowerBound, $0.upperBound, transformed.pointer)
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
        let sums = backend.allocate(transformedCount * parts)
        let scratch = backend.allocate(scratchCount * parts)
        withExtendedLifetime((sums, scratch)) {
            backend.forRanges(transformedCount * parts, grain: Parallel.elementGrain) {
                pl_fill(0, sums.pointer + $0.lowerBound, $0.count)
            }
            Parallel.forRanges(tiles, grain: Self.grain) { range, part in
                withUnsafePointer(to: plan) {
                    pl_winograd_correlate(
                        $0, image, gradient, range.lowerBound, range.upperBound,
                        scratch.pointer + part * scratchCount,
                        sums.pointer + part * transformedCount)
                }
            }
            backend.forRanges(transformedCount, grain: Parallel.elementGrain) {
                for part in 1..<max(parts, 1) {
                    pl_accumulate(
                        1, sums.pointer + part * transformedCount + $0.lowerBound,
                        sums.pointer + $0.lowerBound, $0.count)
                }
            }
            backend.forRanges(panels, grain: 1) {
                pl_winograd_weight_gradient(
                    sums.pointer, plan.out, plan.in, $0.lowerBound, $0.upperBound, weight)
            }
        }
    }
}
