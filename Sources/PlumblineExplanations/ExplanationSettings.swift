import PlumblineSettings

/// The settings of all methods.
///
/// Each method reads those that concern it.
public struct ExplanationSettings: Sendable, Equatable {
    /// What is explained of a class.
    public var quantity = ExplainedQuantity.logit
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

extension ExplanationSettings {
    /// The settings as configuration files name them, with those of registered methods.
    ///
    /// ``pixels`` and ``composite`` are not among them: they follow from other settings.
    public static var keys: [SettingKey<ExplanationSettings>] {
        gradientKeys + perturbationKeys + lrpKeys
    }

    /// The settings that registered methods declare for themselves.
    public static var registeredKeys: [SettingKey<ExplanationSettings>] {
        ExplanationRegistry.registeredKeys.map(\.settingKey)
    }

    private static var gradientKeys: [SettingKey<ExplanationSettings>] {
        [
            .choice("of", \.quantity, "What is explained of a class"),
            .whole(
                "steps", \.steps, in: 1...100_000,
                "Steps of integrated_gradients; samples of smoothgrad, vargrad, gradient_shap."),
            .float(
                "noise", \.noise, in: 0...10,
                "Standard deviation of smoothgrad's and vargrad's noise over the image's range."),
            .float(
                "shap_noise", \.shapNoise, in: 0...10,
                "Standard deviation of gradient_shap's noise over the image's range (Captum: 0)."),
            .choice("baseline", \.baseline, "Where the path of integrated gradients starts"),
            .choice("hidden", \.hidden, "What replaces the pixels that perturbation methods hide"),
            .text(
                "layer", \.layer,
                "The feature layer of class activation maps; empty: the model's last."),
            .choice(
                "cam_convention", \.camConvention,
                "grad_cam and its variants on DenseNet: as pytorch-grad-cam, or by their formula"),
        ]
    }

    private static var perturbationKeys: [SettingKey<ExplanationSettings>] {
        [
            .whole(
                "samples", \.samples, in: 1...10_000_000,
                "Masks of rise; samples of lime and kernel_shap."),
            .whole(
                "segments", \.segments, in: 2...2000,
                "Approximate number of superpixels of lime and kernel_shap."),
            .choice(
                "lime_kernel", \.limeKernel,
                "exp(-d^2 / (2 width^2)) as in the packages, or exp(-d^2 / width^2) as in the paper"
            ),
            .real("lime_width", \.limeWidth, in: 1e-3...1000, "Width of that kernel."),
            .real(
                "lime_ridge", \.limeRidge, in: 1e-9...1e9, "Penalty of lime's ridge regression."),
            .choice(
                "sess", \.sess,
                "Windows of sess: the authors' 12 sizes in steps of 64 pixels, or a tenth of them"),
            .whole(
                "window", \.window, in: 0...4096,
                "Side of occlusion's window in pixels; 0: an eighth of the image."),
            .whole(
                "stride", \.stride, in: 0...4096,
                "Pixels between occlusion's windows; 0: half a window."),
            .whole(
                "batch", \.batch, in: 1...4096,
                "Images per forward pass of perturbation methods."),
        ]
    }

    private static var lrpKeys: [SettingKey<ExplanationSettings>] {
        [
            .choice("lrp_batch_norm", \.batchNorm, "What LRP does at batch norm"),
            .flag(
                "lrp_functions", \.coversFunctions,
                "LRP rules also for functions: residual sums, DenseNet's last ReLU and pooling."),
            .flag(
                "lrp_ignore_bias", \.ignoresBias,
                "Give no relevance to biases, so that relevance is conserved."),
            .choice("lrp_gradient", \.lrpGradient, "What training through LRP differentiates"),
        ]
    }
}
