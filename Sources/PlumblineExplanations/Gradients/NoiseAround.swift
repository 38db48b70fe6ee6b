import PlumblineTensors

/// Gaussian noise around the image.
///
/// Its standard deviation is `level` times the image's own range.
struct NoiseAround: Sendable {
    var level: Float
    var samples: Int
    /// Whether the last sample is the image without noise, as in zennit's SmoothGrad.
    ///
    /// Captum's NoiseTunnel adds noise to every sample.
    var lastIsClean: Bool
    /// `[samples, batch, height, width, channels]`: the noise, instead of random values.
    let fixedNoise: Tensor?

    init(level: Float, samples: Int, lastIsClean: Bool, fixedNoise: Tensor? = nil) {
        self.level = level
        self.samples = fixedNoise?.shape[0] ?? samples
        self.lastIsClean = lastIsClean
        self.fixedNoise = fixedNoise
    }

    /// - Throws: ``ExplanationError`` if there is fixed noise that does not fit the images.
    func check(_ request: Request, for method: String) throws {
        guard let fixedNoise, fixedNoise.shape != [samples] + request.image.shape else { return }
        throw ExplanationError(
            "\(method): noise of shape \(fixedNoise.shape) for images \(request.image.shape); "
                + "[samples] + that shape is needed")
    }

    /// Sample number `step`, `[batch, height, width, channels]`, outside any graph.
    func point(_ step: Int, _ request: Request) -> Tensor {
        let image = request.image.detached
        if let fixedNoise {
            return image + fixedNoise.sliced(0, step..<(step + 1)).reshaped(image.shape)
        }
        if level == 0 || (lastIsClean && step == samples - 1) { return image }
        return withoutGradients {
            let range =
                image.max([1, 2, 3], keepingDimensions: true)
                - image.min([1, 2, 3], keepingDimensions: true)
            return image + request.drawn("noise \(step)") { .normal($1, using: &$0) }
                * (range * level)
        }
    }
}
