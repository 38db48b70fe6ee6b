import Kernels

/// Gradients of a convolution as matrix products with the image's windows, where oneDNN's loops
/// stand half idle or more (25 to 85 of 165 GFLOP/s on AVX2): both where the image has few
/// channels, as a network's first, and the weights' where the stride is above 1.
struct ColumnConvolution {
    private let member: ConvolutionMember, geometry: ConvolutionGeometry, window: pl_window

    /// 64 MiB: of an image at full resolution the matrix would be many times the image.
    private static let largestMatrix = 1 << 24

    init?(_ member: ConvolutionMember, _ g: ConvolutionGeometry) {
        let isStrided = g.stride > 1 && g.kernelHeight * g.kernelWidth > 1
        guard g.groups == 1, member != .forward,
            g.inChannels <= 4 || (isStrided && member == .weightGradient)
        else { return nil }
        guard
            g.outHeight * g.outWidth * g.kernelHeight * g.kernelWidth * g.inChannels
                <= Self.largestMatrix
        else { return nil }
        (self.member, geometry) = (member, g)
        window = pl_window(
            height: g.height, width: g.width, channels: g.inChannels, out_height: g.outHeight,
            out_width: g.outWidth,
            kernel_height: g.kernelHeight, kernel_width: g.kernelWidth, stride: g.stride,
            padding: g.padding)
    }

    /// `first` and `second` in the order of ``ConvolutionMember``. Image by image, so that the
    /// matrix stays in the cache.
    func run(
        _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>,
        into out: UnsafeMutablePointer<Float>
    ) {
        let g = geometry, pixels = g.outHeight * g.outWidth,
            width = g.kernelHeight * g.kernelWidth * g.inChannels
        let imageCount = g.height * g.width * g.inChannels, outputCount = pixels * g.outChannels
        let columns = backend.allocate(pixels * width)
        withExtendedLifetime(columns) {
            for n in 0..<g.batch {
                if member == .inputGradient {
                    backend.multiply(
                        first + n * outputCount, transposed: false, leading: g.outChannels, second,
                        transposed: false, leading: width,
                        into: columns.pointer, leading: width, m: pixels, n: width,
                        k: g.outChannels, alpha: 1, beta: 0)
                    forLines(g.height) {
                        pl_columns_to_image(
                            $0, columns.pointer, $1.lowerBound, $1.upperBound, out + n * imageCount)
                    }
                } else {
                    forLines(g.outHeight) {
                        pl_image_to_columns(
                            $0, first + n * imageCount, $1.lowerBound, $1.upperBound,
                            columns.pointer)
                    }
                    backend.multiply(
                        second + n * outputCount, transposed: true, leading: g.outChannels,
                        columns.pointer, transposed: false,
                        leading: width, into: out, leading: width, m: g.outChannels, n: width,
                        k: pixels, alpha: 1, beta: n == 0 ? 0 : 1)
                }
            }
        }
    }

    private func forLines(_ count: Int, _ body: (UnsafePointer<pl_window>, Range<Int>) -> Void) {
        let perLine =
            geometry.outWidth * geometry.kernelHeight * geometry.kernelWidth * geometry.inChannels
        backend.forRanges(count, grain: max(1, Parallel.elementGrain / perLine)) { range in
            withUnsafePointer(to: window) { body($0, range) }
        }
    }
}
