import PlumblineData
import PlumblineMetrics
import PlumblineTensors

/// What a metric scores: one image under one model and one explanation.
///
/// It is a class, so that the mask and the heat map are computed once for all metrics. It must stay
/// on the thread of the evaluation.
public final class Evidence {
    /// The image's name in results and masks.
    public let id: String
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
    /// The relevance, `[height, width, channels]`, with the channels of the image or with one.
    public let relevance: Tensor
    /// The model and the explanation, for questions about other images.
    public let probe: Probe
    /// The seed of everything random in the scores of this image.
    public let seed: UInt64

    private let readMask: () throws -> Mask?
    private var maskRead: Mask??
    private var maps: [HeatMapSize: HeatMap] = [:]

    /// - Parameter mask: reads the mask of the explained class at its original resolution. `nil` if
    ///   the image has none.
    public init(
        id: String, group: String? = nil, target: Int, logits: [Float], image: Tensor,
        explanation: String, relevance: Tensor, probe: Probe, seed: UInt64 = 0,
        mask: @escaping () throws -> Mask? = { nil }
    ) {
        self.id = id
        self.group = group
        self.target = target
        self.logits = logits
        self.image = image
        self.explanation = explanation
        self.relevance = relevance
        self.probe = probe
        self.seed = seed
        readMask = mask
    }

    /// The class of the largest logit, the first of equals.
    public var predictedClass: Int { logits.indexOfMaximum }

    /// The mask of the explained class at its original resolution, cut to what the model sees.
    ///
    /// `nil` if the image has none.
    ///
    /// - Throws: an error if it cannot be read.
    public func mask() throws -> Mask? {
        if let maskRead { return maskRead }
        let mask = try readMask()
        maskRead = .some(mask)
        return mask
    }

    /// The mask, for a metric whose ``Metric/needs`` has ``Needs/mask``.
    ///
    /// - Throws: ``MetricError`` if the image has none.
    public func requireMask() throws -> Mask {
        guard let mask = try mask() else {
            throw MetricError(
                "\(id) has no mask: a metric that reads the mask must declare Needs.mask")
        }
        return mask
    }

    /// The relevance resized to the size of the mask and pooled over channels.
    ///
    /// Without a mask it keeps its size.
    public func heatMap() throws -> HeatMap {
        let mask = try mask()
        return heatMap(
            height: mask?.height ?? relevance.shape[0], width: mask?.width ?? relevance.shape[1])
    }

    /// The relevance resized to `height x width` and pooled over channels.
    public func heatMap(height: Int, width: Int) -> HeatMap {
        let size = HeatMapSize(height: height, width: width)
        if let map = maps[size] { return map }
        let map = HeatMap(relevance: relevance, height: height, width: width)
        maps[size] = map
        return map
    }

    private struct HeatMapSize: Hashable {
        let height: Int
        let width: Int
    }
}
