import Foundation
import PlumblineTensors

/// A finding as drawn: the brightness that it adds, and its region.
struct FindingShape {
    /// The brightness to add at a point, and how much of the point is inside the finding.
    ///
    /// The mask has the points where it is above one half.
    var at: (_ x: Float, _ y: Float) -> (brightness: Float, inside: Float)

    /// Draws a finding at random.
    static func draw(
        _ finding: PhantomFinding, _ anatomy: ChestAnatomy, _ random: inout RandomGenerator
    ) -> FindingShape {
        // ``ChestAnatomy/change(for:_:)`` draws the side first too.
        let side = ChestAnatomy.side(&random)
        switch finding {
        case .cardiomegaly:
            // ``Phantom`` draws it as a larger heart and makes its mask.
            return FindingShape { _, _ in (0, 0) }
        case .pleuralEffusion: return pleuralEffusion(anatomy, side, &random)
        case .lungOpacity: return lungOpacity(anatomy, side, &random)
        case .lungLesion: return lungLesion(side, &random)
        case .pneumothorax: return pneumothorax(anatomy, side, &random)
        case .supportDevices: return supportDevices(&random)
        case .enlargedCardiomediastinum: return enlargedCardiomediastinum(anatomy)
        case .edema: return edema(anatomy, &random)
        case .consolidation: return consolidation(anatomy, side, &random)
        case .atelectasis: return atelectasis(anatomy, side, &random)
        }
    }

    /// Fluid at the bottom of a lung.
    private static func pleuralEffusion(
        _ anatomy: ChestAnatomy, _ side: ChestAnatomy.Side, _ random: inout RandomGenerator
    ) -> FindingShape {
        let level = random.uniform(0.22, 0.42)
        let curve = random.uniform(0.35, 0.6)
        return FindingShape { x, y in
            let s = x * side.rawValue
            // Fluid rises along the chest wall: a meniscus.
            let surface =
                anatomy.diaphragm(side, 0.36 * side.rawValue) - level
                * (0.35 + curve * max(0, s - 0.15) * 1.6)
            let lung = anatomy.lung(side, x, y)
            let inside = smoothstep(-0.02, 0.03, y - surface) * smoothstep(-0.012, 0.012, lung)
            // As much as the air took away.
            return (0.36 * inside * smoothstep(-0.012, 0.06, lung), inside)
        }
    }

    /// A ragged, denser region of a lung.
    private static func lungOpacity(
        _ anatomy: ChestAnatomy, _ side: ChestAnatomy.Side, _ random: inout RandomGenerator
    ) -> FindingShape {
        let cx = random.uniform(0.28, 0.5) * side.rawValue
        let cy = random.uniform(-0.35, 0.3)
        let radius = random.uniform(0.16, 0.25)
        let texture = SmoothNoise(cells: 22, &random)
        return FindingShape { x, y in
            let ragged = radius * (1 + 0.3 * texture.at(x * 0.5 + 0.2, y * 0.5))
            let depth = min(
                1 - hypot(x - cx, (y - cy) * 0.85) / ragged, anatomy.lung(side, x, y) * 12)
            let inside = smoothstep(0, 0.45, depth)
            return (inside * (0.20 + 0.07 * texture.at(x, y)), smoothstep(0.02, 0.2, depth))
        }
    }

    /// A round mass with lobes in a lung.
    private static func lungLesion(
        _ side: ChestAnatomy.Side, _ random: inout RandomGenerator
    ) -> FindingShape {
        let cx = random.uniform(0.26, 0.52) * side.rawValue
        let cy = random.uniform(-0.45, 0.3)
        let radius = random.uniform(0.06, 0.095)
        let lobes = random.uniform(0, 6.28)
        return FindingShape { x, y in
            let angle = atan2(y - cy, x - cx)
            let edge = radius * (1 + 0.10 * sin(3 * angle + lobes))
            let inside = smoothstep(-0.01, 0.012, edge - hypot(x - cx, y - cy))
            let height = max(0, 1 - pow(hypot(x - cx, y - cy) / edge, 2)).squareRoot()
            return (inside * (0.10 + 0.16 * height), inside)
        }
    }

    /// Air between the chest wall and a collapsed lung.
    private static func pneumothorax(
        _ anatomy: ChestAnatomy, _ side: ChestAnatomy.Side, _ random: inout RandomGenerator
    ) -> FindingShape {
        let gap = random.uniform(0.07, 0.13)
        return FindingShape { x, y in
            let lung = anatomy.lung(side, x, y)
            let s = x * side.rawValue
            guard lung > 0, s > 0.2 else { return (0, 0) }
            // Air between chest wall and collapsed lung, widest at the apex, with the pleura as
            // a thin line.
            let width = gap * (1.5 - 1.3 * smoothstep(-0.75, 0.2, y))
            let depth = min(anatomy.wall(y) - s, (y + 0.80) * 1.2)
            let inside = smoothstep(-0.006, 0.008, width - depth)
            let line = exp(-pow((depth - width) / 0.010, 2))
            return (-0.13 * inside + 0.12 * line, inside)
        }
    }

    /// A catheter, and in half of the images a pacemaker.
    private static func supportDevices(
        _ random: inout RandomGenerator
    ) -> FindingShape {
        let hasPacemaker = random.uniform() < 0.5
        let tip = (x: random.uniform(-0.10, -0.03), y: random.uniform(-0.02, 0.15))
        let sag = random.uniform(-0.08, 0.08)
        let boxX = random.uniform(0.42, 0.52)
        let boxY = random.uniform(-0.52, -0.40)
        return FindingShape { x, y in
            var inside: Float = 0
            var brightness: Float = 0
            // A catheter from the neck to the right atrium.
            let start = (x: Float(-0.26), y: Float(-0.98))
            let along = min(1, max(0, (y - start.y) / (tip.y - start.y)))
            let course = start.x + (tip.x - start.x) * along + sag * sin(along * 3.14)
            if y < tip.y {
                let on = smoothstep(0.020, 0.012, abs(x - course))
                inside = on
                brightness = 0.26 * on
            }
            if hasPacemaker {
                let box = 0.085 - pow(pow(abs(x - boxX), 4) + pow(abs(y - boxY) * 1.1, 4), 0.25)
                let lead = abs(y - (boxY + 0.05 + 0.9 * pow(max(0, boxX - x), 1.5)))
                let on = max(
                    smoothstep(-0.004, 0.006, box),
                    x < boxX && x > 0.08 ? smoothstep(0.018, 0.010, lead) : 0)
                inside = max(inside, on)
                brightness = max(brightness, 0.40 * on)
            }
            return (brightness, inside)
        }
    }
}
