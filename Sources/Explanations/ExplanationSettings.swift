/// What methods can be set to; each reads what concerns it.
public struct ExplanationSettings: Sendable, Equatable {
    /// Steps of integrated gradients; samples of SmoothGrad, VarGrad, gradient SHAP and Smooth
    /// Grad-CAM++.
    public var steps = 20
    /// Deviation of SmoothGrad's noise over the image's range.
    public var noise: Float = 0.1
    /// Where integrated gradients start.
    public var baseline = Baseline.zero
    /// What perturbation methods put in the place of what they hide.
    public var hidden = Baseline.zero
    /// Feature layer of class activation maps; empty: the model's last.
    public var layer = ""
    /// Masks of RISE, samples of LIME and KernelSHAP.
    public var samples = 1000
    /// Superpixels of LIME and KernelSHAP, about.
    public var segments = 50
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
