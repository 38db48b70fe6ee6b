import PlumblineData
import PlumblineMetrics
import PlumblineTensors

/// What a ``MapMetric`` scores: one map with the annotations of its image.
///
/// The map may come from anywhere. It is a class, so that masks, heat maps and rankings are
/// computed once for all metrics. It must stay on the thread of the evaluation.
public final class MapEvidence {
    /// The image's name.
    public let id: String
    /// The relevance, `[height, width, channels]`.
    public let relevance: Tensor
    /// Whether the prediction is right; `nil` if that is not known.
    public let isCorrect: Bool?

    private let annotations: AnnotationCache
    private var maps: [MapKey: HeatMap] = [:]
    private var ranking: PixelRanking?
    private var detectionRead: MaskDetection?
    private var overlaps: [OverlapKey: Result<RegionOverlap, MissingOverlap>] = [:]
    /// See ``centrePrior()``.
    var centre: MapEvidence?

    public convenience init(
        id: String, relevance: Tensor, annotations: Annotations = Annotations(),
        isCorrect: Bool? = nil
    ) {
        self.init(id, relevance, AnnotationCache(annotations), isCorrect)
    }

    private init(
        _ id: String, _ relevance: Tensor, _ annotations: AnnotationCache, _ isCorrect: Bool?
    ) {
        self.id = id
        self.relevance = relevance
        self.annotations = annotations
        self.isCorrect = isCorrect
    }

    /// The same image with another map.
    func with(relevance: Tensor) -> MapEvidence {
        MapEvidence(id, relevance, annotations, isCorrect)
    }

    /// The mask of the explained class at its original resolution, cut to what the model sees.
    ///
    /// - Returns: `nil` if the image has none.
    /// - Throws: an error if it cannot be read.
    public func mask() throws -> Mask? { try annotations.mask.value() }

    /// The boxes around the annotated objects, as ``mask()``.
    public func boxes() throws -> Mask? { try annotations.boxes.value() }

    /// The pixels of other annotated classes, as ``mask()``.
    public func otherClasses() throws -> Mask? { try annotations.otherClasses.value() }

    /// The named parts that are there; empty if the image has none.
    ///
    /// - Throws: an error if they cannot be read.
    public func parts() throws -> [(name: String, mask: Mask)] { try annotations.parts.value() }

    /// The mask, for a metric whose ``Metric/needs`` has ``Needs/mask``.
    ///
    /// - Throws: ``MetricError`` if the image has none.
    public func requireMask() throws -> Mask {
        guard let mask = try mask() else { throw lacking("mask", "Needs.mask") }
        return mask
    }

    /// The boxes, for a metric whose ``Metric/needs`` has ``Needs/box``.
    ///
    /// - Throws: ``MetricError`` if the image has none.
    public func requireBoxes() throws -> Mask {
        guard let boxes = try boxes() else { throw lacking("box", "Needs.box") }
        return boxes
    }

    private func lacking(_ what: String, _ need: String) -> MetricError {
        MetricError("\(id) has no \(what): a metric that reads the \(what) must declare \(need)")
    }

    /// The relevance resized to the size of the mask, or of the first part, and pooled over
    /// channels.
    ///
    /// Without annotations it keeps its size.
    ///
    /// - Throws: an error if the annotations cannot be read.
    public func heatMap(_ pooling: Pooling = .positive) throws -> HeatMap {
        let mask = try mask() ?? parts().first?.mask
        return heatMap(
            height: mask?.height ?? relevance.shape[0], width: mask?.width ?? relevance.shape[1],
            pooling: pooling)
    }

    /// The relevance resized to `height x width` and pooled over channels.
    public func heatMap(height: Int, width: Int, pooling: Pooling = .positive) -> HeatMap {
        let key = MapKey(height: height, width: width, pooling: pooling)
        if let map = maps[key] { return map }
        let map = HeatMap(relevance: relevance, height: height, width: width, pooling: pooling)
        maps[key] = map
        return map
    }

    /// The pixels of ``heatMap(_:)`` in order.
    ///
    /// Sorting them is what costs most, and several metrics need it.
    ///
    /// - Returns: `nil` for a map with values that are not finite.
    func pixelRanking() throws -> PixelRanking? {
        if let ranking { return ranking }
        let map = try heatMap()
        guard map.orderDefect != .notFinite else { return nil }
        let ranking = PixelRanking(map.values)
        self.ranking = ranking
        return ranking
    }

    /// The map as a detector of the mask, which must be there.
    func detection() throws -> MaskDetection {
        if let detectionRead { return detectionRead }
        let detection = MaskDetection(
            try heatMap(), try requireMask().pixels, ranking: try pixelRanking())
        detectionRead = detection
        return detection
    }

    /// The overlap of the explained region and the mask, which must be there.
    func overlap(
        _ rule: Binarisation, _ pooling: Pooling = .positive
    ) throws -> Result<RegionOverlap, MissingOverlap> {
        let key = OverlapKey(rule: rule, pooling: pooling)
        if let overlap = overlaps[key] { return overlap }
        let mask = try requireMask()
        let overlap: Result<RegionOverlap, MissingOverlap> =
            switch rule.region(of: try heatMap(pooling)) {
            case .missing(let reason): .failure(MissingOverlap(reason: reason))
            case .pixels(let region): .success(RegionOverlap(region, mask.pixels))
            }
        overlaps[key] = overlap
        return overlap
    }

    private struct OverlapKey: Hashable {
        let rule: Binarisation
        let pooling: Pooling
    }

    private struct MapKey: Hashable {
        let height: Int
        let width: Int
        let pooling: Pooling
    }
}
