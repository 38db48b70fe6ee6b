import Foundation
import PlumblineTensors

/// The findings in which a part of one lung holds less air.
extension FindingShape {
    /// A lobe filled with fluid: dense, sharp at the fissure, with air left in its bronchi.
    static func consolidation(
        _ anatomy: ChestAnatomy, _ side: ChestAnatomy.Side, _ random: inout RandomGenerator
    ) -> FindingShape {
        let isUpper = random.uniform() < 0.5
        let fissure = random.uniform(-0.16, -0.04)
        let slope = random.uniform(0.10, 0.30)
        let reach = random.uniform(0.34, 0.46)
        let ragged = SmoothNoise(cells: 16, &random)
        let texture = SmoothNoise(cells: 26, &random)
        let angles = (0..<4).map { _ in random.uniform(-0.45, 0.45) }
        return FindingShape { x, y in
            let s = x * side.rawValue
            let depth = anatomy.lung(side, x, y)
            guard depth > -0.02 else { return (0, 0) }
            // The fissure falls towards the chest wall. One side of it is filled.
            let fromFissure = (y - fissure - slope * (s - 0.3)) * (isUpper ? -1 : 1)
            let soft = reach * (1 + 0.22 * ragged.at(x, y)) - fromFissure
            let fill = smoothstep(-0.004, 0.014, fromFissure) * smoothstep(0, 0.13, soft)
            let inside = fill * smoothstep(-0.012, 0.012, depth)
            // Bronchi: dark branches from the hilum.
            let hilum = (s: Float(0.14), y: isUpper ? Float(-0.08) : Float(0.02))
            let away = hypot(s - hilum.s, y - hilum.y)
            let direction = atan2((y - hilum.y) * (isUpper ? -1 : 1), s - hilum.s)
            let bronchi = angles.reduce(Float(0)) { sum, angle in
                let across = away * sin(direction - 0.65 - angle)
                return max(sum, smoothstep(0.013, 0.006, abs(across)))
            }
            let air = smoothstep(-0.012, 0.05, depth)
            let level = 0.30 + 0.05 * texture.at(x, y)
            let isBranch = bronchi * smoothstep(0.05, 0.10, away) * smoothstep(0.48, 0.34, away)
            return (inside * air * (level - 0.12 * isBranch), inside)
        }
    }

    /// A part of a lower lobe without air: plates, and a denser base above a raised diaphragm.
    static func atelectasis(
        _ anatomy: ChestAnatomy, _ side: ChestAnatomy.Side, _ random: inout RandomGenerator
    ) -> FindingShape {
        let base = random.uniform(0.10, 0.15)
        let plates = (0..<2).map { number in
            (
                height: Float(number) * random.uniform(0.09, 0.14) + random.uniform(0.17, 0.22),
                slope: random.uniform(-0.45, 0.25), start: random.uniform(0.16, 0.30),
                length: random.uniform(0.24, 0.42), width: random.uniform(0.026, 0.040),
                bend: random.uniform(-0.9, 0.9)
            )
        }
        let texture = SmoothNoise(cells: 24, &random)
        return FindingShape { x, y in
            let depth = anatomy.lung(side, x, y)
            guard depth > -0.02 else { return (0, 0) }
            let s = x * side.rawValue
            let air = smoothstep(-0.012, 0.03, depth)
            let above = anatomy.diaphragm(side, x) - y
            let ragged = base * (1 + 0.3 * texture.at(x, y)) * smoothstep(0.75, 0.35, s)
            let bottom = smoothstep(0.01, -0.05, above - ragged)
            var plate: Float = 0
            for band in plates {
                let middle = anatomy.diaphragm(side, 0.36 * side.rawValue) - band.height
                let from = s - band.start - band.length / 2
                let across = y - middle - band.slope * from - band.bend * from * from
                // Thick in the middle, thin at the ends.
                let along = 1 - pow(2 * from / band.length, 2)
                guard along > 0 else { continue }
                let width = band.width * along.squareRoot() * (1 + 0.5 * texture.at(x, y))
                plate = max(plate, smoothstep(width, width * 0.2, abs(across)))
            }
            let brightness = max(0.22 * bottom * (1 + 0.2 * texture.at(x, y)), 0.24 * plate)
            return (air * brightness, air * max(bottom, plate))
        }
    }
}
