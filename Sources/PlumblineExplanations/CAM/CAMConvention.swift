/// Which features the gradient of a class activation map is taken of, if a model reads other values
/// of a layer than the layer's output.
///
/// That is so in torchvision's DenseNet, which rectifies the output of its last norm in place.
public enum CAMConvention: String, Sendable, CaseIterable {
    /// pytorch-grad-cam: the values after the ReLU, the gradient before it.
    case library
    /// The papers: values and gradient of the same tensor, after the ReLU. Grad-CAM then equals CAM
    /// up to a factor on a network that pools these features.
    case formula
}
