/// A product of many rows with a weight, computed as a 1 x 1 convolution of a column of pixels.
///
/// oneDNN's kernel for this is up to a tenth faster than its sgemm on the layers of ViT, and up to
/// a third faster on those of DenseNet and Swin.
struct PointwiseProduct {
    private let convolution: OneDNNConvolution

    /// `nil` where reordering the weights costs more than it saves, and inside a parallel loop,
    /// because threads cannot share a primitive.
    ///
    /// - Parameter weightIsTransposed: whether the second factor is `[depth, columns]`, as in a
    ///   matrix product, instead of a layer's `[columns, depth]`.
    init?(rows: Int, columns: Int, depth: Int, weightIsTransposed: Bool, accumulates: Bool) {
        guard rows >= 192, columns % 8 == 0, depth % 8 == 0, min(columns, depth) >= 32,
            !Parallel.isInside
        else { return nil }
        let geometry = ConvolutionGeometry(
            batch: 1, height: rows, width: 1, inChannels: depth, outChannels: columns,
            kernelHeight: 1, kernelWidth: 1, stride: 1, padding: 0, groups: 1)
        convolution = .cached(
            .forward, geometry,
            .init(weightIsTransposed: weightIsTransposed, accumulates: accumulates))
    }

    func run(
        _ a: UnsafePointer<Float>, _ weight: UnsafePointer<Float>,
        into c: UnsafeMutablePointer<Float>
    ) {
        convolution.run(a, weight, into: c)
    }

    var implementation: String { convolution.implementation }
}
