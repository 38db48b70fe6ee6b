import Plumbline

/// The pointing game (Zhang et al., 2018): whether the most relevant pixel lies in the mask.
struct PointingGame: Metric {
    let quantity = Quantity(
        "pointing_game", direction: .higherIsBetter,
        definition: "1 if the most relevant pixel lies in the mask, else 0; arXiv 1608.00507")
    let needs: Needs = [.map, .mask]

    func scores(_ evidence: Evidence) throws -> [Score] {
        let map = try evidence.heatMap()
        let mask = try evidence.requireMask()
        let peak = map.values.indices.max { map.values[$0] < map.values[$1] }!
        return [Score(name, .value(mask.pixels[peak] ? 1 : 0))]
    }
}
