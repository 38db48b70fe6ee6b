import Foundation
import PlumblineTensors

/// Pulmonary vessels: strokes that leave the hilum and become thinner.
struct Vessels {
    private struct Stroke {
        var ax: Float
        var ay: Float
        var bx: Float
        var by: Float
        var width: Float
    }

    private var strokes: [Stroke] = []

    init(_ anatomy: ChestAnatomy, _ random: inout RandomGenerator) {
        for side in ChestAnatomy.Side.allCases {
            for _ in 0..<11 {
                var x = random.uniform(0.13, 0.18) * side.rawValue
                var y = random.uniform(-0.10, 0.08)
                var angle = random.uniform(-1.25, 1.25)
                var width = random.uniform(0.012, 0.020)
                for _ in 0..<5 {
                    let length = random.uniform(0.06, 0.11)
                    let nx = x + side.rawValue * length * cos(angle)
                    let ny = y + length * sin(angle) * 1.2
                    strokes.append(Stroke(ax: x, ay: y, bx: nx, by: ny, width: width))
                    x = nx
                    y = ny
                    angle += random.uniform(-0.35, 0.35)
                    width *= 0.76
                }
            }
        }
    }

    /// The brightness that vessels add.
    func at(_ x: Float, _ y: Float) -> Float {
        var level: Float = 0
        for stroke in strokes {
            let dx = stroke.bx - stroke.ax
            let dy = stroke.by - stroke.ay
            let t = min(
                1, max(0, ((x - stroke.ax) * dx + (y - stroke.ay) * dy) / (dx * dx + dy * dy)))
            let distance = hypot(x - stroke.ax - t * dx, y - stroke.ay - t * dy)
            if distance < stroke.width * 2 {
                level = max(level, 0.12 * exp(-pow(distance / stroke.width, 2)))
            }
        }
        return level
    }
}
