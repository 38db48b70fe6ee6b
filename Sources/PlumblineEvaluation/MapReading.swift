import PlumblineMetrics
import PlumblineTensors

/// What several metrics ask of one map, computed once: heat maps, the order of the pixels.
///
/// It knows nothing of annotations, so that images of one size can share the map of a prior.
final class MapReading {
    /// `[height, width, channels]`.
    let relevance: Tensor

    private var maps: [Key: HeatMap] = [:]
    private var rankings: [Key: PixelRanking] = [:]
    private var bounds: [BoundKey: RegionBound] = [:]

    /// Whether images with different masks read it.
    private let isShared: Bool

    init(_ relevance: Tensor, isShared: Bool = false) {
        self.relevance = relevance
        self.isShared = isShared
    }

    /// A size and a pooling.
    struct Key: Hashable {
        let height: Int
        let width: Int
        let pooling: Pooling
    }

    private struct BoundKey: Hashable {
        let map: Key
        let rule: Binarisation
    }

    /// The relevance resized to the size of a key and pooled over channels.
    func heatMap(_ key: Key) -> HeatMap {
        if let map = maps[key] { return map }
        let map: HeatMap
        if key.pooling == .positive, relevance.shape[2] == 1 {
            // One channel is rectified in one pass, or not at all.
            let signed = Key(height: key.height, width: key.width, pooling: .signed)
            map = heatMap(signed).rectified
        } else {
            map = HeatMap(
                relevance: relevance, height: key.height, width: key.width, pooling: key.pooling)
        }
        maps[key] = map
        return map
    }

    /// Whether pooling by sign changes nothing, so that both maps are one.
    func isUnsigned(_ key: Key) -> Bool {
        relevance.shape[2] == 1
            && heatMap(Key(height: key.height, width: key.width, pooling: .signed)).isUnsigned
    }

    /// The pixels of a heat map in order.
    ///
    /// - Returns: `nil` for a map with values that are not finite.
    func ranking(_ key: Key) -> PixelRanking? {
        if let ranking = rankings[key] { return ranking }
        let map = heatMap(key)
        guard map.orderDefect != .notFinite else { return nil }
        let ranking = PixelRanking(map.values)
        rankings[key] = ranking
        return ranking
    }

    /// The pixels of a heat map in order, those of a mask marked.
    ///
    /// A reading that several images share sorts its pixels once.
    func ranking(_ key: Key, marking mask: [Bool]) -> PixelRanking? {
        if isShared { return ranking(key)?.marking(mask) }
        let map = heatMap(key)
        return map.orderDefect == .notFinite
            ? nil : PixelRanking(map.values, marking: mask)
    }

    /// The order of the pixels, if some metric has asked for it.
    func knownRanking(_ key: Key) -> PixelRanking? { rankings[key] }

    /// Where the explained region of a heat map begins.
    ///
    /// - Parameter ranking: of its pixels, where it is known.
    func bound(_ rule: Binarisation, _ key: Key, ranking: PixelRanking?) -> RegionBound {
        let boundKey = BoundKey(map: key, rule: rule)
        if let bound = bounds[boundKey] { return bound }
        let bound = rule.bound(of: heatMap(key), ranking: ranking)
        bounds[boundKey] = bound
        return bound
    }
}
