import PlumblineModels

/// Every method by name.
public enum ExplanationRegistry {
    private typealias Maker = @Sendable (ExplanationSettings) -> any Explanation

    private static let makers: [(name: String, make: Maker)] = {
        var all: [(name: String, make: Maker)] = []
        func add(_ name: String, _ make: @escaping Maker) { all.append((name, make)) }
        add("gradient") { _ in GradientExplanation() }
        add("input_x_gradient") { _ in InputXGradient() }
        add("integrated_gradients") { IntegratedGradients(steps: $0.steps, baseline: $0.baseline) }
        add("smoothgrad") { SmoothGrad(samples: $0.steps, level: $0.noise) }
        add("vargrad") { VarGrad(samples: $0.steps, level: $0.noise) }
        add("gradient_shap") {
            GradientSHAP(samples: $0.steps, level: $0.shapNoise, baseline: $0.baseline)
        }
        for kind in RectifiedGradient.Kind.allCases {
            add(kind.rawValue) { _ in RectifiedGradient(kind) }
        }
        for composite in LRPComposite.named { add(composite.name) { LRP(composite.with($0)) } }
        add("attn_lrp") { _ in AttnLRP() }
        add("cam") { _ in CAM() }
        for weighting in GradCAM.Weighting.allCases {
            add(weighting.rawValue) {
                GradCAM(weighting, layer: $0.featureLayer, convention: $0.camConvention)
            }
        }
        add("smoothgrad_cam_plus_plus") {
            SmoothGradCAMPlusPlus(
                samples: $0.steps, level: $0.noise, layer: $0.featureLayer,
                convention: $0.camConvention)
        }
        add("score_cam") { ScoreCAM(layer: $0.featureLayer, batch: $0.batch) }
        add("eigen_cam") { EigenCAM(layer: $0.featureLayer) }
        add("attention_rollout") { _ in AttentionRollout() }
        add("attention_flow") { _ in AttentionFlow() }
        add("gradient_rollout") { _ in GradientRollout() }
        add("occlusion") { settings in
            func chosen(_ value: Int) -> Int? { value > 0 ? value : nil }
            return Occlusion(
                window: chosen(settings.window), stride: chosen(settings.stride),
                baseline: settings.hidden, batch: settings.batch)
        }
        add("rise") { RISE(samples: $0.samples, batch: $0.batch) }
        add("lime") {
            SuperpixelRegression.lime(
                samples: $0.samples, segments: $0.segments, baseline: $0.hidden, batch: $0.batch,
                regression: LIMERegression(
                    kernel: $0.limeKernel, width: $0.limeWidth, ridge: $0.limeRidge))
        }
        add("kernel_shap") {
            SuperpixelRegression.kernelSHAP(
                samples: $0.samples, segments: $0.segments, baseline: $0.hidden, batch: $0.batch)
        }
        return all
    }()

    /// The methods' names; `sess:` before one wraps it, and `lrp_custom` is the composite of the
    /// settings.
    public static let names = makers.map(\.name)

    /// The methods that can be trained through.
    public static let differentiableNames = makers.filter {
        $0.make(ExplanationSettings()).isDifferentiable
    }.map(\.name)

    /// - Throws: ``ExplanationError`` for an unknown name, listing the known.
    public static func make(_ name: String, _ settings: ExplanationSettings = ExplanationSettings())
        throws -> any Explanation
    {
        if name.hasPrefix("sess:") {
            return SESS(try make(String(name.dropFirst(5)), settings), variant: settings.sess)
        }
        if name == "lrp_custom" {
            guard let composite = settings.composite else {
                throw ExplanationError(
                    "lrp_custom needs a composite: explanation.composite names its YAML file")
            }
            return LRP(composite)
        }
        guard let maker = makers.first(where: { $0.name == name }) else {
            throw ExplanationError(
                "unknown explanation \(name); there are \(names.joined(separator: ", ")), "
                    + "lrp_custom, and sess: before any"
            )
        }
        return maker.make(settings)
    }

    /// A method to be trained through.
    /// - Throws: also where it has no derivative, naming those that have.
    public static func makeDifferentiable(
        _ name: String, _ settings: ExplanationSettings = ExplanationSettings()
    ) throws -> any Explanation {
        let explanation = try make(name, settings)
        guard explanation.isDifferentiable else {
            throw ExplanationError(
                "\(name) cannot be trained through: it has no derivative; these can: "
                    + "\(differentiableNames.joined(separator: ", ")), lrp_custom"
            )
        }
        return explanation
    }
}

extension ExplanationSettings {
    var featureLayer: String? { layer.isEmpty ? nil : layer }
}

extension LRPComposite {
    fileprivate func with(_ settings: ExplanationSettings) -> LRPComposite {
        var composite = self
        // Excitation backprop leaves batch norm to its derivative unless told to merge it.
        if settings.batchNorm != .pass { composite.batchNorm = settings.batchNorm }
        composite.coversFunctions = settings.coversFunctions
        composite.ignoresBias = settings.ignoresBias
        composite.gradient = settings.lrpGradient
        if case .zBox = composite.first {
            composite.first = .zBox(
                low: settings.pixels.lowerBound, high: settings.pixels.upperBound)
        }
        return composite
    }
}
