/// The settings of all methods.
///
/// Each method reads those that concern it.
public struct ExplanationSettings: Sendable, Equatable {
    /// Steps of integrated gradients; samples of SmoothGrad, VarGrad, gradient SHAP and Smooth
    /// Grad-CAM++.
    public var steps = 20
    /// Standard deviation of the noise of SmoothGrad, VarGrad and Smooth Grad-CAM++, as a share of
    /// the image's range (max - min).
    public var noise: Float = 0.1
    /// Standard deviation of gradient SHAP's noise, as a share of the image's range.
    ///
    /// Captum's default is 0.
    public var shapNoise: Float = 0
    /// Where the path of integrated gradients starts.
    public var baseline = Baseline.zero
    /// What replaces the pixels that perturbation methods hide.
    public var hidden = Baseline.zero
    /// Feature layer of class activation maps; empty for the model's last.
    public var layer = ""
    /// Which Grad-CAM is computed if the library and the formula differ (DenseNet).
    public var camConvention = CAMConvention.library
    /// Masks of RISE; samples of LIME and KernelSHAP.
    public var samples = 1000
    /// Approximate number of superpixels of LIME and KernelSHAP.
    public var segments = 50
    /// How LIME computes a sample's weight from its distance to the whole image.
    public var limeKernel = LIMERegression.Kernel.package
    /// The width of that kernel.
    public var limeWidth = 0.25
    /// The penalty of LIME's ridge regression.
    public var limeRidge = 1.0
    /// The variant of SESS that `sess:` before a method's name means.
    public var sess = SESS.Variant.reference
    /// Pixels per side of occlusion's window; 0 for an eighth of the image.
    public var window = 0
    /// Pixels between occlusion's windows; 0 for half a window.
    public var stride = 0
    /// Images per forward pass of perturbation methods.
    public var batch = 16
    /// What LRP does at batch norm.
    public var batchNorm = LRPComposite.BatchNormRule.pass
    /// Whether LRP's rules also apply to what is called as a function; see
    /// ``LRPComposite/coversFunctions``.
    public var coversFunctions = false
    /// Whether LRP gives no relevance to biases.
    public var ignoresBias = false
    /// What training through LRP differentiates.
    public var lrpGradient = LRPGradient.exact
    /// The lowest and the highest value of a pixel, for the box rule.
    ///
    /// The paper's images are normalised to -1 ... 1.
    public var pixels: ClosedRange<Float> = -1...1
    /// The composite of `lrp_custom`.
    public var composite: LRPComposite?
    /// Values of the settings that registered methods declare, by name.
    var registered: [String: Value] = [:]

    public init() {}
}
