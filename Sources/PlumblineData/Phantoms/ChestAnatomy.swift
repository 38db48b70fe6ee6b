import Foundation
import PlumblineTensors

/// The shape of the chest of one patient, drawn at random.
///
/// Coordinates go from -1 (left, top) to 1 (right, bottom) of the radiograph. The patient faces the
/// viewer, so the left of the radiograph is the right of the patient.
struct ChestAnatomy {
    /// A side of the patient: the right one is on the left of the radiograph.
    enum Side: Float, CaseIterable {
        case right = -1
        case left = 1
    }

    var shift: Float
    var turn: Float
    var width: Float
    var height: Float
    var heart: (x: Float, y: Float, width: Float, height: Float, tilt: Float)
    var domes: (right: Float, left: Float)
    var ribOffset: Float
    var ribGap: Float
    var ribSlope: Float
    var build: Float
    /// How much wider the upper mediastinum is than a healthy one: on the right, on the left.
    var widening: (right: Float, left: Float) = (0, 0)

    init(_ random: inout RandomGenerator) {
        shift = random.uniform(-0.04, 0.04)
        turn = random.uniform(-0.05, 0.05)
        width = random.uniform(0.92, 1.06)
        height = random.uniform(0.92, 1.05)
        heart = (
            x: random.uniform(0.09, 0.13), y: random.uniform(0.28, 0.34),
            width: random.uniform(0.30, 0.34),
            height: random.uniform(0.24, 0.28), tilt: random.uniform(0.45, 0.7)
        )
        domes = (random.uniform(0.47, 0.55), random.uniform(0.53, 0.60))
        ribOffset = random.uniform(-0.05, 0.05)
        ribGap = random.uniform(0.135, 0.15)
        ribSlope = random.uniform(0.3, 0.42)
        build = random.uniform(0.85, 1.15)
    }

    /// Coordinates of the radiograph as coordinates of the patient.
    func patient(_ u: Float, _ v: Float) -> (x: Float, y: Float) {
        let x = u - shift
        let y = v
        return ((x * cos(turn) - y * sin(turn)) / width, (x * sin(turn) + y * cos(turn)) / height)
    }

    /// Half the width of the trunk at height `y`: neck, shoulders, flanks.
    func trunk(_ y: Float) -> Float {
        let shoulder = smoothstep(-1.02, -0.62, y)
        return (0.30 + 0.68 * shoulder.squareRoot() - 0.06 * smoothstep(-0.3, 0.6, y))
            * (0.94 + 0.06 * build)
    }

    /// The height of the diaphragm's dome.
    func diaphragm(_ side: Side, _ x: Float) -> Float {
        let top = side == .right ? domes.right : domes.left
        let t = (x * side.rawValue - 0.36) / 0.42
        return top + 0.24 * t * t + 0.05 * max(0, t)
    }

    /// The inner face of the chest wall at height `y`, from the midline.
    func wall(_ y: Float) -> Float {
        let r = min(1, max(0, (y + 0.80) / 1.55))  // 0 at the apex, 1 at the lowest angle
        return 0.33 + 0.46 * pow(r, 0.5) - 0.06 * r * r
    }

    /// How far inside the lung's outline a point is; negative outside.
    func lung(_ side: Side, _ x: Float, _ y: Float) -> Float {
        let s = x * side.rawValue
        let rise = (y + 0.80) / 1.55
        guard rise > -0.1 else { return -0.2 }
        let r = min(1, max(0, rise))
        let inner = 0.10 + 0.07 * (1 - r) * (1 - r) + (side == .left ? 0.02 : 0)
        let sides = min(wall(y) - s, s - inner)
        let apex = (y + 0.80) - 1.1 * pow(max(0, abs(s - 0.30) - 0.02), 2) * 3.2
        return min(sides, min(apex, diaphragm(side, x) - y))
    }

    /// How far inside the heart's outline a point is, for a heart enlarged by `factor`.
    func heart(_ x: Float, _ y: Float, enlarged factor: Float) -> Float {
        let cx = heart.x + 0.10 * (factor - 1)
        let dx = x - cx
        let dy = y - heart.y
        let a = dx * cos(heart.tilt) + dy * sin(heart.tilt)
        let b = -dx * sin(heart.tilt) + dy * cos(heart.tilt)
        let reach = hypot(a / (heart.width * factor), b / (heart.height * (0.75 + 0.25 * factor)))
        return (1 - reach) * 0.26
    }

    /// Where a wider mediastinum bulges, from 0 to 1: between the neck and the heart.
    private static func bulge(_ y: Float) -> Float {
        smoothstep(-0.98, -0.42, y) * smoothstep(0.42, 0.02, y)
    }

    /// The mediastinum above the heart, with the aortic knob.
    func mediastinum(_ x: Float, _ y: Float) -> Float {
        let wider = (x < 0 ? widening.right : widening.left) * Self.bulge(y)
        let band = 0.105 + wider + 0.03 * smoothstep(-0.2, 0.3, y) - abs(x - 0.01)
        let knob = 0.085 - hypot(x - 0.105, (y + 0.22) * 0.9)
        return min(max(band, knob), min(y + 0.92, diaphragm(.left, 0.2) + 0.12 - y))
    }
}
