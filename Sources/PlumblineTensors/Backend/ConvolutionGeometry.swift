/// The sizes of a convolution.
package struct ConvolutionGeometry: Hashable, Sendable {
    package var batch: Int
    package var height: Int
    package var width: Int
    package var inChannels: Int
    package var outChannels: Int
    package var kernelHeight: Int
    package var kernelWidth: Int
    package var stride: Int
    package var padding: Int
    package var groups: Int

    package init(
        batch: Int, height: Int, width: Int, inChannels: Int, outChannels: Int, kernelHeight: Int,
        kernelWidth: Int, stride: Int, padding: Int, groups: Int
    ) {
        self.batch = batch
        self.height = height
        self.width = width
        self.inChannels = inChannels
        self.outChannels = outChannels
        self.kernelHeight = kernelHeight
        self.kernelWidth = kernelWidth
        self.stride = stride
        self.padding = padding
        self.groups = groups
    }

    package var outHeight: Int { (height + 2 * padding - kernelHeight) / stride + 1 }
    package var outWidth: Int { (width + 2 * padding - kernelWidth) / stride + 1 }
    /// `[batch, height, width, inChannels]`.
    package var inputShape: [Int] { [batch, height, width, inChannels] }
    /// `[batch, outHeight, outWidth, outChannels]`.
    package var outputShape: [Int] { [batch, outHeight, outWidth, outChannels] }
    /// `[outChannels, kernelHeight, kernelWidth, inChannels / groups]`.
    package var weightShape: [Int] {
        [outChannels, kernelHeight, kernelWidth, inChannels / groups]
    }

    /// The shape of what `member` computes.
    package func resultShape(_ member: ConvolutionMember) -> [Int] {
        switch member {
        case .forward: outputShape
        case .inputGradient: inputShape
        case .weightGradient: weightShape
        }
    }
}
