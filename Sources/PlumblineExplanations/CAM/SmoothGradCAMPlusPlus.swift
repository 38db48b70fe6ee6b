import PlumblineModels
import PlumblineTensors

/// Smooth Grad-CAM++ (Omeiza et al., arXiv 1908.01224, eq. 7): Grad-CAM++ with the means over noisy
/// images of the gradient's powers. The features are those of the image itself.
public struct SmoothGradCAMPlusPlus: AveragingExplanation, FeatureMapExplanation {
    public var name: String { "smoothgrad_cam_plus_plus" }
    public var steps: Int { noise.samples }
    public var layer: String?
    public var convention: CAMConvention
    let noise: NoiseAround

    public init(
        samples: Int = 20, level: Float = 0.1, layer: String? = nil,
        convention: CAMConvention = .library
    ) {
        noise = NoiseAround(level: level, samples: samples, lastIsClean: true)
        self.layer = layer
        self.convention = convention
    }

    public func captures(of model: any Classifier) -> Captures? { nil }

    public func contributions(_ step: Int, of subject: Subject, createGraph: Bool) -> [Tensor] {
        let trace = subject.model.trace(
            noise.point(step, subject), subject.pass,
            capturing: FeatureMap.captures(subject.model, layer: layer))
        let features = FeatureMap(trace, subject.model, layer: layer)
        let source = features.source(convention)
        let g =
            features.grid(subject.propagated(trace.logits, to: source, createGraph: createGraph))
            * (1 / Float(steps))
        let square = g * g * Float(steps)
        // The last sample is the image without noise.
        let a = features.grid(createGraph ? features.values : features.values.detached)
        return [g, square, square * g * Float(steps), step == steps - 1 ? a : .zeros(a.shape)]
    }

    public func combined(_ sums: [Tensor], of subject: Subject) -> Tensor {
        let weights = GradCAM.plusPlus(sums[0], sums[1], sums[2], sums[3])
        return subject.activationMap((weights * sums[3]).sum([3]))
    }
}
