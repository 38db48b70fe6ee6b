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
    /// Whether the prediction is right; `nil` if that is not known.
    public let isCorrect: Bool?

    private let reading: MapReading
    private let annotations: AnnotationCache
    private let priors: CentrePriors
    /// The pixels in order, those of the mask marked.
    private var markedRanking: PixelRanking?
    private var detectionRead: MaskDetection?
    private var sumsRead: [SumsKey: RelevanceSums] = [:]
    private var overlaps: [OverlapKey: Result<RegionOverlap, MissingOverlap>] = [:]
    private var centre: MapEvidence?

    /// - Parameters:
    ///   - id: the image's name.
    ///   - relevance: `[height, width, channels]`.
    ///   - annotations: what the image shows where.
    ///   - isCorrect: whether the prediction is right; `nil` if that is not known.
    ///   - priors: maps that images of one size share.
    public convenience init(
        id: String, relevance: Tensor, annotations: Annotations = Annotations(),
        isCorrect: Bool? = nil, priors: CentrePriors = CentrePriors()
    ) {
        self.init(id, MapReading(relevance), AnnotationCache(annotations), isCorrect, priors)
    }

    private init(
        _ id: String, _ reading: MapReading, _ annotations: AnnotationCache, _ isCorrect: Bool?,
        _ priors: CentrePriors
    ) {
        self.id = id
        self.reading = reading
        self.annotations = annotations
        self.isCorrect = isCorrect
        self.priors = priors
    }

    /// The relevance, `[height, width, channels]`.
    public var relevance: Tensor { reading.relevance }

    /// The centre prior at the size of the annotations, with the same annotations.
    func centrePrior() throws -> MapEvidence {
        if let centre { return centre }
        let key = try key(.positive)
        let evidence = MapEvidence(
            id, priors.reading(height: key.height, width: key.width), annotations, isCorrect, priors
        )
        centre = evidence
        return evidence
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

    /// The number of pixels of ``requireMask()``.
    func maskArea() throws -> Int { try annotations.maskArea.value() }

    /// The share of the pixels at most `tolerance` pixels from the mask, which must be there.
    func nearShare(tolerance: Int) throws -> Double {
        try annotations.nearShare(tolerance, of: try requireMask())
    }

    // MARK: The map

    /// The relevance resized to the size of the mask, or of the first part, and pooled over
    /// channels.
    ///
    /// Without annotations it keeps its size.
    ///
    /// - Throws: an error if the annotations cannot be read.
    public func heatMap(_ pooling: Pooling = .positive) throws -> HeatMap {
        reading.heatMap(try key(pooling))
    }

    /// The relevance resized to `height x width` and pooled over channels.
    public func heatMap(height: Int, width: Int, pooling: Pooling = .positive) -> HeatMap {
        reading.heatMap(MapReading.Key(height: height, width: width, pooling: pooling))
    }

    private func key(_ pooling: Pooling) throws -> MapReading.Key {
        let mask = try mask() ?? parts().first?.mask
        return MapReading.Key(
            height: mask?.height ?? relevance.shape[0], width: mask?.width ?? relevance.shape[1],
            pooling: pooling)
    }

    /// The pixels of ``heatMap(_:)`` in order; those of the mask, if there is one, are marked.
    ///
    /// Sorting them is what costs most, and several metrics need it.
    ///
    /// - Returns: `nil` for a map with values that are not finite.
    func pixelRanking() throws -> PixelRanking? {
        if let markedRanking { return markedRanking }
        let key = try key(.positive)
        guard let mask = try mask() else { return reading.ranking(key) }
        markedRanking = reading.ranking(key, marking: mask.pixels)
        return markedRanking
    }

    /// The order of the pixels if it is known already: selecting a few pixels costs less than
    /// sorting all.
    func knownRanking() throws -> PixelRanking? {
        try markedRanking ?? reading.knownRanking(try key(.positive))
    }

    // MARK: The map and the mask

    /// The map as a detector of the mask, which must be there.
    func detection() throws -> MaskDetection {
        if let detectionRead { return detectionRead }
        let detection = MaskDetection(
            try heatMap(), try requireMask().pixels, ranking: try pixelRanking())
        detectionRead = detection
        return detection
    }

    /// The relevance inside and outside the mask, or the boxes, which must be there.
    ///
    /// - Returns: `nil` for a map with values that are not finite.
    func sums(_ region: Annotated = .mask, _ pooling: Pooling = .positive) throws -> RelevanceSums?
    {
        let key = SumsKey(region: region, pooling: try single(pooling))
        if let sums = sumsRead[key] { return sums }
        let signed = try self.key(.signed)
        if key.pooling == .positive, relevance.shape[2] == 1, !reading.isUnsigned(signed),
            let sums = try sums(region, .signed)
        {
            // One pass for both.
            sumsRead[key] = sums.rectified
            return sums.rectified
        }
        let map = try heatMap(key.pooling)
        guard map.orderDefect != .notFinite else { return nil }
        let sums = RelevanceSums(
            map, region == .mask ? try requireMask().pixels : try requireBoxes().pixels)
        sumsRead[key] = sums
        return sums
    }

    /// The overlap of the explained region and the mask, which must be there.
    func overlap(
        _ rule: Binarisation, _ pooling: Pooling = .positive
    ) throws -> Result<RegionOverlap, MissingOverlap> {
        let key = OverlapKey(rule: rule, pooling: try single(pooling))
        if let overlap = overlaps[key] { return overlap }
        let overlap: Result<RegionOverlap, MissingOverlap> =
            switch reading.bound(
                rule, try self.key(key.pooling),
                ranking: key.pooling == .positive ? try knownRanking() : nil)
            {
            case .missing(let reason): .failure(MissingOverlap(reason: reason))
            case .atLeast(let bound):
                .success(
                    RegionOverlap(
                        try heatMap(key.pooling), atLeast: bound, try requireMask().pixels,
                        maskArea: try maskArea()))
            }
        overlaps[key] = overlap
        return overlap
    }

    /// One pooling for both where they give the same map.
    private func single(_ pooling: Pooling) throws -> Pooling {
        guard pooling == .signed else { return pooling }
        return reading.isUnsigned(try key(.signed)) ? .positive : pooling
    }

    /// What relevance is summed in.
    enum Annotated { case mask, boxes }

    private struct SumsKey: Hashable {
        let region: Annotated
        let pooling: Pooling
    }

    private struct OverlapKey: Hashable {
        let rule: Binarisation
        let pooling: Pooling
    }
}
