/// Part-based quantitative analysis of heat maps (Tursun et al., arXiv 2405.13264) for one image.
///
/// H is the map above a share theta of its range. The object is the union of its parts.
public struct PartHeatMap: Sendable {
    /// The score of one part, or of the background.
    public struct Part: Sendable, Equatable {
        public let name: String
        /// `|H and object| / |H|`; for the background `|H and background| / |H|`.
        public let precision: Measured
        /// The share of the part that H covers: `|H and part| / |part|`.
        public let recall: Measured
        /// `2 P R / (P + R)`: the harmonic mean; 0 where both are 0.
        ///
        /// From 0 to 1; higher means that the map shows the part.
        public let harmonicMean: Measured
        /// `|H and part| / |H|`: the precision of the part itself, which the paper approximates by
        /// that of the object.
        public let truePrecision: Measured
        /// ``RegionOverlap/dice`` of H and the part.
        public let dice: Measured
        /// ``RegionOverlap/intersectionOverUnion`` of H and the part.
        public let intersectionOverUnion: Measured
    }

    /// One per part that has pixels, and then ``background``.
    public let parts: [Part]

    /// The name of the pixels of no part.
    public static let background = "background"

    /// - Parameters:
    ///   - parts: names and pixels, as many as the map has; parts may overlap. A part without a
    ///     pixel is absent from the image and gets no score.
    ///   - theta: in 0 ..< 1.
    public init(_ map: HeatMap, parts named: [(name: String, pixels: [Bool])], theta: Double = 0.5)
    {
        let present = named.filter { $0.pixels.contains(true) }
        var object = [Bool](repeating: false, count: map.values.count)
        for part in present {
            precondition(
                part.pixels.count == object.count,
                "PartHeatMap: a part of \(part.pixels.count) pixels for a map of \(object.count)")
            for index in object.indices where part.pixels[index] { object[index] = true }
        }
        let others = object.map { !$0 }
        let all = present + (others.contains(true) ? [(Self.background, others)] : [])
        switch Binarisation.shareOfRange(theta).region(of: map) {
        case .missing(let reason):
            parts = all.map { Part($0.name, missing: reason) }
        case .pixels(let region):
            let wholeObject = RegionOverlap(region, object)
            parts = all.map { part in
                let overlap = RegionOverlap(region, part.pixels)
                let isBackground = part.name == Self.background
                return Part(part.name, overlap, whole: isBackground ? overlap : wholeObject)
            }
        }
    }
}

extension PartHeatMap.Part {
    fileprivate init(_ name: String, missing reason: MissingReason) {
        self.name = name
        precision = .missing(reason)
        recall = .missing(reason)
        harmonicMean = .missing(reason)
        truePrecision = .missing(reason)
        dice = .missing(reason)
        intersectionOverUnion = .missing(reason)
    }

    /// - Parameter whole: the overlap with the object that the part belongs to.
    fileprivate init(_ name: String, _ overlap: RegionOverlap, whole: RegionOverlap) {
        self.name = name
        precision = whole.explanationCoverage
        recall = overlap.groundTruthCoverage
        truePrecision = overlap.explanationCoverage
        dice = overlap.dice
        intersectionOverUnion = overlap.intersectionOverUnion
        guard let p = precision.value, let r = recall.value else {
            harmonicMean = .missing(precision.reason ?? recall.reason ?? .emptyRegion)
            return
        }
        harmonicMean = .value(p + r > 0 ? 2 * p * r / (p + r) : 0)
    }
}
