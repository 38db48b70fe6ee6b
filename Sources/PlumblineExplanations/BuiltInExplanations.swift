/// The methods of this package, in the order in which they are listed.
enum BuiltInExplanations {
    typealias Entry = ExplanationRegistry.Entry

    static let all: [Entry] =
        gradients + lrp + classActivationMaps + attention + perturbation

    private static let gradients: [Entry] =
        [
            Entry("gradient", "Gradient of the explained value (Simonyan et al. 2013).") { _ in
                GradientExplanation()
            },
            Entry("input_x_gradient", "Gradient times image.") { _ in InputXGradient() },
            Entry(
                "integrated_gradients",
                "Mean gradient on a path from a baseline (Sundararajan et al. 2017)."
            ) {
                IntegratedGradients(steps: $0.steps, baseline: $0.baseline)
            },
            Entry("smoothgrad", "Mean gradient of noisy images (Smilkov et al. 2017).") {
                SmoothGrad(samples: $0.steps, level: $0.noise)
            },
            Entry("vargrad", "Variance of the gradient of noisy images (Adebayo et al. 2018).") {
                VarGrad(samples: $0.steps, level: $0.noise)
            },
            Entry(
                "gradient_shap",
                "Expected gradients between baseline and image (Lundberg & Lee 2017)."
            ) {
                GradientSHAP(samples: $0.steps, level: $0.shapNoise, baseline: $0.baseline)
            },
        ]
        + RectifiedGradient.Kind.allCases.map { kind in
            Entry(kind.rawValue, kind.summary) { _ in RectifiedGradient(kind) }
        }

    private static let lrp: [Entry] =
        LRPComposite.named.map { composite in
            Entry(composite.name, "Layer-wise relevance propagation: \(composite.name).") {
                LRP(composite.with($0))
            }
        } + [Entry("attn_lrp", "LRP for transformers (Achtibat et al. 2024).") { _ in AttnLRP() }]

    private static let classActivationMaps: [Entry] =
        [
            Entry("cam", "Class activation map of the last layer's weights (Zhou et al. 2016).") {
                _ in CAM()
            }
        ]
        + GradCAM.Weighting.allCases.map { weighting in
            Entry(weighting.rawValue, weighting.summary) {
                GradCAM(weighting, layer: $0.featureLayer, convention: $0.camConvention)
            }
        }
        + [
            Entry("smoothgrad_cam_plus_plus", "Grad-CAM++ of noisy images (Omeiza et al. 2019).") {
                SmoothGradCAMPlusPlus(
                    samples: $0.steps, level: $0.noise, layer: $0.featureLayer,
                    convention: $0.camConvention)
            },
            Entry(
                "score_cam", "Features weighted by what they show of the class (Wang et al. 2020)."
            ) { ScoreCAM(layer: $0.featureLayer, batch: $0.batch) },
            Entry(
                "eigen_cam", "First principal component of the features (Muhammad & Yeasin 2020)."
            ) { EigenCAM(layer: $0.featureLayer) },
        ]

    private static let attention: [Entry] = [
        Entry("attention_rollout", "Product of attention matrices (Abnar & Zuidema 2020).") { _ in
            AttentionRollout()
        },
        Entry("attention_flow", "Largest flow through the attention graph (Abnar & Zuidema 2020).")
        { _ in AttentionFlow() },
        Entry("gradient_rollout", "Attention weighted by its gradient (Chefer et al. 2021).") { _ in
            GradientRollout()
        },
    ]

    private static let perturbation: [Entry] = [
        Entry(
            "occlusion",
            "Loss of the explained value under a sliding square (Zeiler & Fergus 2014)."
        ) {
            Occlusion(
                window: $0.window > 0 ? $0.window : nil, stride: $0.stride > 0 ? $0.stride : nil,
                baseline: $0.hidden, batch: $0.batch)
        },
        Entry("rise", "Mean probability under random masks (Petsiuk et al. 2018).") {
            RISE(samples: $0.samples, batch: $0.batch)
        },
        Entry("lime", "Linear regression on superpixels (Ribeiro et al. 2016).") {
            SuperpixelRegression.lime(
                samples: $0.samples, segments: $0.segments, baseline: $0.hidden, batch: $0.batch,
                regression: LIMERegression(
                    kernel: $0.limeKernel, width: $0.limeWidth, ridge: $0.limeRidge))
        },
        Entry("kernel_shap", "Shapley values of superpixels (Lundberg & Lee 2017).") {
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

extension RectifiedGradient.Kind {
    fileprivate var summary: String {
        switch self {
        case .guidedBackprop: "Gradient that ReLUs rectify too (Springenberg et al. 2014)."
        case .deconvNet: "Gradient that ReLUs rectify instead (Zeiler & Fergus 2014)."
        }
    }
}

extension GradCAM.Weighting {
    fileprivate var summary: String {
        switch self {
        case .gradCAM: "Features weighted by their mean gradient (Selvaraju et al. 2017)."
        case .gradCAMPlusPlus: "Grad-CAM with weights per position (Chattopadhay et al. 2018)."
        case .xGradCAM: "Grad-CAM with weights that conserve (Fu et al. 2020)."
        case .layerCAM: "Features times their positive gradient (Jiang et al. 2021)."
        }
    }
}
