import Foundation
import Plumbline

/// How far the centre of the relevance is from the centre of the mask.
struct CentreDistance: MapMetric {
    let quantity = Quantity(
        "centre_distance", direction: .lowerIsBetter, unit: "share of the image's diagonal",
        definition: "distance of the centres of mass of the map and of the mask")
    let needs: Needs = [.map, .mask]

    func scores(_ evidence: MapEvidence) throws -> [Score] {
        let map = try evidence.heatMap()
        let mask = try evidence.requireMask().pixels.map { $0 ? 1.0 : 0 }
        let first = centre(map.values.map(Double.init), map.width)
        let second = centre(mask, map.width)
        let diagonal = hypot(Double(map.height), Double(map.width))
        return [Score(name, .value(hypot(first.y - second.y, first.x - second.x) / diagonal))]
    }

    /// Not a number for a map without relevance; that counts as missing.
    private func centre(_ values: [Double], _ width: Int) -> (y: Double, x: Double) {
        var sum = (mass: 0.0, y: 0.0, x: 0.0)
        for (index, value) in values.enumerated() {
            sum.mass += value
            sum.y += value * Double(index / width)
            sum.x += value * Double(index % width)
        }
        return (sum.y / sum.mass, sum.x / sum.mass)
    }
}
