/// One of the three bilinear maps of a convolution.
///
/// Each is a derivative of the others.
package enum ConvolutionMember: Hashable, Sendable {
    /// (image, weight) to output
    case forward
    /// (output, weight) to image
    case inputGradient
    /// (image, output) to weight
    case weightGradient
}
