import PlumblineTensors

/// What the maps of a batch are like: counts of images whose location loss says nothing.
public struct LocationFacts: Sendable, Equatable {
    /// Images with a location loss.
    public var images = 0
    /// Of these, images without relevance above 0.
    public var withoutPositiveRelevance = 0
    /// Of these, images whose relevance is the same everywhere, up to 1e-12.
    public var constant = 0

    public init() {}

    /// - Parameters:
    ///   - relevance: `[n, height, width, channels]`
    ///   - rectifies: whether negative relevance is set to 0.
    init(_ relevance: Tensor, rectifies: Bool) {
        let map = relevance.detached.mean([3])
        let highest = relevance.detached.max([1, 2, 3]).values
        let range = (map.max([1, 2]) - map.min([1, 2])).values
        images = highest.count
        withoutPositiveRelevance = rectifies ? highest.count { $0 <= 0 } : 0
        constant = range.count { $0 <= 1e-12 }
    }

    public static func += (total: inout LocationFacts, other: LocationFacts) {
        total.images += other.images
        total.withoutPositiveRelevance += other.withoutPositiveRelevance
        total.constant += other.constant
    }
}
