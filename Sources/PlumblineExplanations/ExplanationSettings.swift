/// What methods can be set to; each reads what concerns it.
public struct ExplanationSettings: Sendable, Equatable {
    /// Steps of integrated gradients; samples of SmoothGrad, VarGrad, gradient SHAP and Smooth
    /// Grad-CAM++.
    public var steps = 20
    /// Standard deviation of the noise of SmoothGrad, VarGrad and Smooth Grad-CAM++, as a share of
    /// the image's range (max - min).
    public var noise: Float = 0.1
    /// Standard deviation of gradient SHAP's noise, as a share of the image's range; 0 is Captum's
    /// default.
    public var shapNoise: Float = 0
    /// Where integrated gradients start.
    public var baseline = Baseline.zero
    /// What perturbation methods put in the place of what they hide.
    public var hidden = Baseline.zero
    /// Feature layer of class activation maps; empty: the model's last.
    public var layer = ""
    /// Whose Grad-CAM, where the library and the formula differ (DenseNet).
    public var camConvention = CAMConvention.library
    /// Masks of RISE, samples of LIME and KernelSHAP.
    public var samples = 1000
    /// Superpixels of LIME and KernelSHAP, about.
    public var segments = 50
    /// How LIME turns a sample's distance from the whole image into its weight.
    public var limeKernel = LIMERegression.Kernel.package
    /// The width of that kernel.
    public var limeWidth = 0.25
    /// The penalty of LIME's ridge regression.
    public var limeRidge = 1.0
    /// The variant of SESS that `sess:` before a method means.
    public var sess = SESS.Variant.reference
    /// Side and stride of occlusion's window in pixels; 0: an eighth of the image, and half of
    /// that.
    public var window = 0, stride = 0
    /// Images a forward of perturbation methods.
    public var batch = 16
    public var batchNorm = LRPComposite.BatchNormRule.pass
    public var coversFunctions = false
    public var ignoresBias = false
    public var lrpGradient = LRPGradient.exact
    /// The lowest and highest value a pixel can have, for the box rule; the paper's images are
    /// normalised to -1 ... 1.
    public var pixels: ClosedRange<Float> = -1...1
    /// The composite of `lrp_custom`.
    public var composite: LRPComposite?

    public init() {}
}
