import PlumblineData
import PlumblineMetrics
import PlumblineTensors

/// What a metric scores: one image under one model and one explanation.
///
/// It is a class, so that the mask and the heat map are computed once for all metrics. It must stay
/// on the thread of the evaluation.
public final class Evidence {
    /// The map with the annotations of the image.
    public let map: MapEvidence
    /// The patient, or another group of images that belong together.
    ///
    /// `nil` if it is not known.
    public let group: String?
    /// The class that is explained.
    public let target: Int
    /// One logit per class.
    public let logits: [Float]
    /// The model's input, `[1, height, width, channels]`.
    public let image: Tensor
    /// The name of the explanation.
    public let explanation: String
    /// The model's input where a pixel is 0: one value per channel.
    public let black: [Float]
    /// The model's input where a pixel is 1: one value per channel.
    public let white: [Float]
    /// The values of ``image``.
    private(set) lazy var input: [Float] = image.values
    /// See ``replacement(_:)``.
    var replacements: [Replacement: [Float]] = [:]
    /// The model and the explanation, for questions about other images.
    public let probe: Probe
    /// The seed of everything random in the scores of this image.
    public let seed: UInt64

    /// - Parameters:
    ///   - black: the input where a pixel is 0, one value per channel; 0 by default.
    ///   - white: the input where a pixel is 1; 1 by default.
    ///   - annotations: what the image shows where.
    ///   - isCorrect: whether the prediction is right; `nil` if that is not known.
    ///   - priors: maps that images of one size share.
    public init(
        id: String, group: String? = nil, target: Int, logits: [Float], image: Tensor,
        black: [Float]? = nil, white: [Float]? = nil, explanation: String, relevance: Tensor,
        probe: Probe, seed: UInt64 = 0, annotations: Annotations = Annotations(),
        isCorrect: Bool? = nil, priors: CentrePriors = CentrePriors()
    ) {
        self.group = group
        self.target = target
        self.logits = logits
        self.image = image
        self.black = black ?? [Float](repeating: 0, count: image.shape[3])
        self.white = white ?? [Float](repeating: 1, count: image.shape[3])
        self.explanation = explanation
        self.probe = probe
        self.seed = seed
        map = MapEvidence(
            id: id, relevance: relevance, annotations: annotations, isCorrect: isCorrect,
            priors: priors)
    }

    /// The same image and map with another probe.
    init(_ other: Evidence, probe: Probe) {
        group = other.group
        target = other.target
        logits = other.logits
        image = other.image
        black = other.black
        white = other.white
        explanation = other.explanation
        seed = other.seed
        map = other.map
        self.probe = probe
    }

    /// The class of the largest logit, the first of equals.
    public var predictedClass: Int { logits.indexOfMaximum }

    /// The image's name in results and masks.
    public var id: String { map.id }

    /// The relevance, `[height, width, channels]`, with the channels of the image or with one.
    public var relevance: Tensor { map.relevance }

    /// See ``MapEvidence/mask()``.
    public func mask() throws -> Mask? { try map.mask() }

    /// See ``MapEvidence/requireMask()``.
    public func requireMask() throws -> Mask { try map.requireMask() }

    /// See ``MapEvidence/heatMap(_:)``.
    public func heatMap(_ pooling: Pooling = .positive) throws -> HeatMap {
        try map.heatMap(pooling)
    }

    /// See ``MapEvidence/heatMap(height:width:pooling:)``.
    public func heatMap(height: Int, width: Int) -> HeatMap {
        map.heatMap(height: height, width: width)
    }
}
