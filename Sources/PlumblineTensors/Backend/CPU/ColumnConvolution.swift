import Kernels

/// Gradients of a convolution as matrix products with the windows of the image.
///
/// It serves the cases where oneDNN's loops run at half speed or less (25 to 85 of 165 GFLOP/s on
/// AVX2): both gradients where the image has few channels, as in a network's first layer, and the
/// weight gradient where the stride is above 1.
struct ColumnConvolution {
    private let member: ConvolutionMember
    private let geometry: ConvolutionGeometry
    private let window: pl_window

    /// The largest matrix, in values: 64 MiB.
    ///
    /// For an image at full resolution the matrix would be many times the image.
    private static let largestMatrix = 1 << 24

    /// `nil` where oneDNN is faster or the matrix would be too large.
    init?(_ member: ConvolutionMember, _ g: ConvolutionGeometry) {
        let isStrided = g.stride > 1 && g.kernelHeight * g.kernelWidth > 1
        guard g.groups == 1, member != .forward,
            g.inChannels <= 4 || (isStrided && member == .weightGradient),
            g.outHeight * g.outWidth * g.kernelHeight * g.kernelWidth * g.inChannels
                <= Self.largestMatrix
        else { return nil }
        self.member = member
        geometry = g
        window = pl_window(
            height: g.height, width: g.width, channels: g.inChannels, out_height: g.outHeight,
            out_width: g.outWidth, kernel_height: g.kernelHeight, kernel_width: g.kernelWidth,
            stride: g.stride, padding: g.padding)
    }

    /// The number of windows of one image: the rows of the matrix.
    private var pixels: Int { geometry.outHeight * geometry.outWidth }
    /// The number of values in a window: the columns of the matrix.
    private var width: Int {
        geometry.kernelHeight * geometry.kernelWidth * geometry.inChannels
    }

    /// ``ConvolutionMember`` says what `first` and `second` are.
    ///
    /// One image after the other, so that the matrix stays in the cache.
    func run(
        _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>,
        into out: UnsafeMutablePointer<Float>
    ) {
        let imageCount = geometry.height * geometry.width * geometry.inChannels
        let outputCount = pixels * geometry.outChannels
        let columns = BufferPool.shared.allocate(pixels * width)
        withExtendedLifetime(columns) {
            for n in 0..<geometry.batch {
                if member == .inputGradient {
                    inputGradient(
                        of: first + n * outputCount, weight: second, columns.pointer,
                        into: out + n * imageCount)
                } else {
                    weightGradient(
                        image: first + n * imageCount, output: second + n * outputCount,
                        columns.pointer, isFirst: n == 0, into: out)
                }
            }
        }
    }

    private func inputGradient(
        of output: UnsafePointer<Float>, weight: UnsafePointer<Float>,
        _ columns: UnsafeMutablePointer<Float>, into image: UnsafeMutablePointer<Float>
    ) {
        let channels = geometry.outChannels
        MatrixProduct(
            m: pixels, n: width, k: channels, leadingA: channels, leadingB: width, leadingC: width
        ).run(output, weight, into: columns)
        forLines(geometry.height) {
            pl_columns_to_image($0, columns, $1.lowerBound, $1.upperBound, image)
        }
    }

    private func weightGradient(
        image: UnsafePointer<Float>, output: UnsafePointer<Float>,
        _ columns: UnsafeMutablePointer<Float>, isFirst: Bool,
        into weight: UnsafeMutablePointer<Float>
    ) {
        let channels = geometry.outChannels
        forLines(geometry.outHeight) {
            pl_image_to_columns($0, image, $1.lowerBound, $1.upperBound, columns)
        }
        MatrixProduct(
            m: channels, n: width, k: pixels, transposesA: true, leadingA: channels,
            leadingB: width, leadingC: width, beta: isFirst ? 0 : 1
        ).run(output, columns, into: weight)
    }

    private func forLines(_ count: Int, _ body: (UnsafePointer<pl_window>, Range<Int>) -> Void) {
        Parallel.forRanges(count, grain: Parallel.rowGrain(geometry.outWidth * width)) { range in
            withUnsafePointer(to: window) { body($0, range) }
        }
    }
}
