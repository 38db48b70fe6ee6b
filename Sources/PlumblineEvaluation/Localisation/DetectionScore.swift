import PlumblineMetrics

/// The map as a detector of the mask's pixels, over all thresholds.
public struct DetectionScore: LocalisationMetric {
    public enum Area: String, CaseIterable, Sendable {
        case roc = "mask_auroc"
        case precisionRecall = "mask_average_precision"
    }

    let area: Area

    public init(_ area: Area) { self.area = area }

    public var quantity: Quantity {
        Quantity(
            area.rawValue, direction: .higherIsBetter,
            definition: area == .roc
                ? "area under the ROC curve of the pixels, relevance as score, mask as label"
                : "average precision of the pixels; PxAP of one image (arXiv 2001.07437)")
    }

    public var needs: Needs { [.map, .mask, .pixelOrder] }

    public func score(_ evidence: MapEvidence) throws -> Measured {
        let map = try evidence.heatMap()
        if let defect = map.orderDefect { return .missing(defect) }
        let detection = try evidence.detection()
        return area == .roc ? detection.areaUnderROC : detection.averagePrecision
    }

    public func chance(_ evidence: MapEvidence) throws -> Measured {
        let mask = try evidence.requireMask()
        if area == .roc { return .value(0.5) }
        return .value(
            MaskDetection.chanceOfPrecision(
                mask: try evidence.maskArea(), pixels: mask.pixels.count))
    }
}
