import PlumblineData
import PlumblineMetrics
import PlumblineTensors

/// What a metric judges: one image under one model and one explanation.
///
/// A class, so that what several metrics read (the mask, the heat map) is computed once. It
/// computes with the engine and stays on the engine's thread.
public final class Evidence {
    /// The image's name in results and masks.
    public let id: String
    /// The patient, or what else images belong together by; `nil` where it is not known.
    public let group: String?
    /// The class that is explained.
    public let target: Int
    /// One per class.
    public let logits: [Float]
    /// The model's input, `[1, height, width, channels]`.
    public let image: Tensor
    /// The name of the explanation.
    public let explanation: String
    /// What the explanation gives, `[height, width, channels]`; the image's channels, or one.
    public let relevance: Tensor
    /// The model and the explanation, to be asked about other images.
    public let probe: Probe
    /// Whatever is random in the judgement of this image follows from it.
    public let seed: UInt64

    private let readMask: () throws -> Mask?
    private var maskRead: Mask??
    private var maps: [HeatMapSize: HeatMap] = [:]

    /// - Parameter mask: reads the mask of the explained class at its own resolution; `nil` where
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

    /// The mask of the explained class at its own resolution; `nil` where the image has none.
    ///
    /// - Throws: an error where it cannot be read.
    public func mask() throws -> Mask? {
        if let maskRead { return maskRead }
        let mask = try readMask()
        maskRead = .some(mask)
        return mask
    }

    /// The mask, for a metric that has said that it needs one.
    ///
    /// - Throws: ``MetricError`` where the image has none.
    public func requireMask() throws -> Mask {
        guard let mask = try mask() else {
            throw MetricError("\(id) has no mask: a metric that reads it must need it")
        }
        return mask
    }

    /// The relevance as it is judged: resized to the mask, or where there is none left at its own
    /// size, and pooled over channels.
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
