/// The methods of this package, in the order in which they are listed.
enum BuiltInExplanations {
    typealias Entry = ExplanationRegistry.Entry

    static let all: [Entry] =
        gradients + lrp + classActivationMaps + attention + perturbation

    private static let gradients: [Entry] =
        [
            Entry("gradient") { _ in GradientExplanation() },
            Entry("input_x_gradient") { _ in InputXGradient() },
            Entry("integrated_gradients") {
                IntegratedGradients(steps: $0.steps, baseline: $0.baseline)
            },
            Entry("smoothgrad") { SmoothGrad(samples: $0.steps, level: $0.noise) },
            Entry("vargrad") { VarGrad(samples: $0.steps, level: $0.noise) },
            Entry("gradient_shap") {
                GradientSHAP(samples: $0.steps, level: $0.shapNoise, baseline: $0.baseline)
            },
        ]
        + RectifiedGradient.Kind.allCases.map { kind in
            Entry(kind.rawValue) { _ in RectifiedGradient(kind) }
        }

    private static let lrp: [Entry] =
        LRPComposite.named.map { composite in
            Entry(composite.name) { LRP(composite.with($0)) }
        } + [Entry("attn_lrp") { _ in AttnLRP() }]

    private static let classActivationMaps: [Entry] =
        [Entry("cam") { _ in CAM() }]
        + GradCAM.Weighting.allCases.map { weighting in
            Entry(weighting.rawValue) {
                GradCAM(weighting, layer: $0.featureLayer, convention: $0.camConvention)
            }
        }
        + [
            Entry("smoothgrad_cam_plus_plus") {
                SmoothGradCAMPlusPlus(
                    samples: $0.steps, level: $0.noise, layer: $0.featureLayer,
                    convention: $0.camConvention)
            },
            Entry("score_cam") { ScoreCAM(layer: $0.featureLayer, batch: $0.batch) },
            Entry("eigen_cam") { EigenCAM(layer: $0.featureLayer) },
        ]

    private static let attention: [Entry] = [
        Entry("attention_rollout") { _ in AttentionRollout() },
        Entry("attention_flow") { _ in AttentionFlow() },
        Entry("gradient_rollout") { _ in GradientRollout() },
    ]

    private static let perturbation: [Entry] = [
        Entry("occlusion") {
            Occlusion(
                window: $0.window > 0 ? $0.window : nil, stride: $0.stride > 0 ? $0.stride : nil,
                baseline: $0.hidden, batch: $0.batch)
        },
        Entry("rise") { RISE(samples: $0.samples, batch: $0.batch) },
        Entry("lime") {
            SuperpixelRegression.lime(
                samples: $0.samples, segments: $0.segments, baseline: $0.hidden, batch: $0.batch,
                regression: LIMERegression(
                    kernel: $0.limeKernel, width: $0.limeWidth, ridge: $0.limeRidge))
        },
        Entry("kernel_shap") {
            SuperpixelRegression.kernelSHAP(
                samples: $0.samples, segments: $0.segments, baseline: $0.hidden, batch: $0.batch)
        },
    ]
}

extension ExplanationSettings {
    fileprivate var featureLayer: String? { layer.isEmpty ? nil : layer }
}

extension LRPComposite {
    fileprivate func with(_ settings: ExplanationSettings) -> LRPComposite {
        var composite = self
        // Excitation backprop leaves batch norm to its derivative unless it is told to merge it.
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
