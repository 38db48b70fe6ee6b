import PlumblineMetrics

/// The share of the image that the mask covers.
///
/// A uniform map has this score in mass accuracy and rank accuracy.
public struct MaskAreaShare: MapMetric {
    public init() {}

    public var quantity: Quantity {
        Quantity(
            "mask_area_share", title: "chance", direction: .descriptive,
            definition: "pixels of the mask / pixels of the image: the score of a uniform map")
    }

    public var needs: Needs { [.mask] }

    public func scores(_ evidence: MapEvidence) throws -> [Score] {
        let mask = try evidence.requireMask()
        return [Score(name, .value(Double(try evidence.maskArea()) / Double(mask.pixels.count)))]
    }
}
