import Foundation
import PlumblineTensors

/// The findings that fill large parts of the lungs, or widen the middle of the chest.
extension FindingShape {
    /// Fluid in both lungs: a haze about the hila, and short lines at the lower chest wall.
    static func edema(_ anatomy: ChestAnatomy, _ random: inout RandomGenerator) -> FindingShape {
        let reach = random.uniform(0.40, 0.52)
        let density = random.uniform(0.20, 0.27)
        let texture = SmoothNoise(cells: 34, &random)
        let patches = SmoothNoise(cells: 7, &random)
        let lineGap = random.uniform(0.030, 0.040)
        return FindingShape { x, y in
            let side: ChestAnatomy.Side = x < 0 ? .right : .left
            let depth = anatomy.lung(side, x, y)
            guard depth > -0.02 else { return (0, 0) }
            let s = x * side.rawValue
            let air = smoothstep(-0.012, 0.03, depth)
            let distance = hypot((s - 0.20) * 1.05, (y - 0.08) * 0.72)
            let edge = distance + 0.08 * patches.at(x, y)
            let haze = smoothstep(reach, reach * 0.25, edge)
            let grain = 1 + 0.45 * texture.at(x, y)
            // Septal lines (Kerley B) run across from the chest wall.
            let fromWall = anatomy.wall(y) - s
            let isLow = smoothstep(0.10, 0.25, y) * smoothstep(0.13, 0.05, fromWall)
            let phase = y / lineGap
            let line = smoothstep(0.22, 0.10, abs(phase - phase.rounded()))
            let brightness = air * (density * haze * grain + 0.07 * isLow * line)
            return (brightness, air * smoothstep(0.10, 0.30, haze))
        }
    }

    /// A wider upper mediastinum: as bright as tissue where air was.
    ///
    /// ``Chest`` makes the mask, of the mediastinum and the heart, from the changed anatomy.
    static func enlargedCardiomediastinum(_ anatomy: ChestAnatomy) -> FindingShape {
        FindingShape { x, y in
            let centre = smoothstep(-0.035, 0.05, anatomy.mediastinum(x, y))
            let air = smoothstep(-0.012, 0.06, anatomy.lung(x < 0 ? .right : .left, x, y))
            return (0.30 * centre * air, 0)
        }
    }
}
