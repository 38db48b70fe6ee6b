import PlumblineData
import PlumblineMetrics

/// The in-domain single-deletion score: whether the relevance of a patch goes with what removing
/// the patch changes.
///
/// Hesse et al., arXiv 2407.11910, section 3. The image is divided into 4 x 4 patches. One patch at
/// a time is set to the mean of the training images, and the logit of the explained class falls by
/// some amount. The score is the correlation of these 16 falls with the relevance that each patch
/// sums up, with sign. From -1 to 1.
public struct InDomainDeletion: InDomainMetric {
    public init() {}

    public var removal: PixelRemoval { .patches }

    public var quantity: Quantity {
        Quantity(
            "idsds", direction: .higherIsBetter,
            definition: "Spearman correlation over 4 x 4 patches of the summed relevance and the "
                + "fall of the logit without the patch, model adapted to removed patches; "
                + "arXiv 2407.11910")
    }

    public var companions: [Quantity] {
        [
            Quantity(
                "idsds_pearson", direction: .higherIsBetter,
                definition: "Pearson correlation of the same values as idsds")
        ]
    }

    public func scores(_ evidence: Evidence) throws -> [Score] {
        guard let adapted = try evidence.adapted(to: removal) else {
            return missing(.noAdaptedModel)
        }
        let map = adapted.pixelRelevance()
        if let defect = map.orderDefect { return missing(defect) }
        let patches = PixelRemoval.grid(height: map.height, width: map.width)
        let channels = adapted.image.shape[3]
        let logit = adapted.answer(.logit)
        let falls = adapted.answers(.logit, count: patches.count) { patch, pixels in
            for pixel in patches[patch] {
                for index in (pixel * channels)..<((pixel + 1) * channels) { pixels[index] = 0 }
            }
        }.map { logit - $0 }
        let sums = patches.map { $0.reduce(0.0) { $0 + Double(map.values[$1]) } }
        guard falls.allSatisfy(\.isFinite) else { return missing(.notFinite) }
        let values = [
            pearsonCorrelation(meanRanks(sums), meanRanks(falls)), pearsonCorrelation(sums, falls),
        ]
        return zip(quantities, values).map { Score($0.name, $1) }
    }
}
