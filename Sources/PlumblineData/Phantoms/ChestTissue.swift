import Foundation

/// The tissue at the points of a healthy chest, and of one with an enlarged heart.
enum ChestTissue {
    static func tissue(
        _ anatomy: ChestAnatomy, _ x: Float, _ y: Float, enlargement: Float, _ texture: SmoothNoise,
        _ cloud: SmoothNoise, _ vessels: Vessels
    ) -> (brightness: Float, trunk: Float, part: String) {
        let halfWidth = anatomy.trunk(y)
        let across = x / halfWidth
        let trunk = smoothstep(0, 0.05, 1 - abs(across))
        guard trunk > 0 else { return (0.015, 0, "Background") }
        let thickness = max(0, 1 - across * across).squareRoot()
        var level = trunk * (0.20 + 0.34 * thickness) * anatomy.build
        level += 0.05 * smoothstep(-0.5, -0.85, y) * trunk  // shoulders

        let side = x < 0 ? ChestAnatomy.Side.right : .left
        let lungDepth = anatomy.lung(side, x, y)
        let air = smoothstep(-0.012, 0.03, lungDepth)
        level -= air * (0.30 + 0.10 * smoothstep(0, 0.2, lungDepth))
        level += air * (0.030 * texture.at(x, y) + 0.03 * cloud.at(x, y) + vessels.at(x, y))
        // The abdomen below the diaphragm, and a gas bubble in the stomach.
        let below = y - anatomy.diaphragm(side, x)
        level += 0.16 * smoothstep(-0.01, 0.05, below) * (1 - smoothstep(0.9, 1, abs(across)))
        if side == .left {
            level -= 0.14 * smoothstep(0.05, -0.02, hypot(x - 0.36, (y - 0.76) * 1.5) - 0.10)
        }

        let heart = anatomy.heart(x, y, enlarged: enlargement)
        let mediastinum = anatomy.mediastinum(x, y)
        let above = smoothstep(0.06, -0.02, y - anatomy.diaphragm(.left, 0.3))
        let heartInside = smoothstep(-0.008, 0.02, heart) * above
        let centre = smoothstep(-0.035, 0.05, mediastinum)
        level +=
            max(heartInside * (0.21 + 0.12 * (max(0, heart) / 0.26).squareRoot()), 0.17 * centre)
            * (0.4 + 0.6 * max(air, centre))
        // The windpipe, then the spine with its discs.
        level -= 0.10 * smoothstep(0.045, 0.025, abs(x + 0.01)) * smoothstep(-0.18, -0.28, y)
        let disc = 0.5 + 0.5 * cos(y * 34 + 1)
        level += smoothstep(0.10, 0.06, abs(x)) * (0.05 + 0.03 * disc)
        level += ribs(anatomy, x, y, trunk) + collarbones(x, y)

        let part: String
        if heartInside > 0.5 {
            part = "Heart"
        } else if centre > 0.5 {
            part = "Mediastinum"
        } else if air > 0.5 {
            part = side == .right ? "Right Lung" : "Left Lung"
        } else {
            part = "Background"
        }
        return (level, trunk, part)
    }

    /// Posterior ribs slope down and out from the spine.
    ///
    /// Anterior ribs fade in towards the midline.
    ///
    /// The edges of ribs are denser.
    private static func ribs(
        _ anatomy: ChestAnatomy, _ x: Float, _ y: Float, _ trunk: Float
    ) -> Float {
        let s = abs(x)
        guard s > 0.06, s < 0.80 else { return 0 }
        let cage =
            smoothstep(0.80, 0.72, s) * smoothstep(0.06, 0.12, s) * smoothstep(-0.92, -0.80, y)
            * smoothstep(0.85, 0.6, y)
        func bar(_ position: Float, _ width: Float) -> Float {
            let phase = position / anatomy.ribGap
            let distance = abs(phase - phase.rounded()) * anatomy.ribGap
            let body = smoothstep(width, width * 0.75, distance)
            let edge = exp(-pow((distance - width * 0.8) / (width * 0.25), 2))
            return 0.6 * body + 0.5 * edge
        }
        let posterior = y - anatomy.ribOffset + 0.16 * s - anatomy.ribSlope * s * s * 1.6
        let anterior = y - anatomy.ribOffset - 0.05 - 0.75 * (0.78 - s) * smoothstep(0.2, 0.6, s)
        return cage * trunk
            * (0.055 * bar(posterior, 0.030) + 0.030 * bar(anterior, 0.034)
                * smoothstep(0.28, 0.5, s))
    }

    private static func collarbones(_ x: Float, _ y: Float) -> Float {
        let s = abs(x)
        let course = -0.66 - 0.18 * (s - 0.1) + 0.05 * sin(s * 7)
        let distance = abs(y - course)
        return smoothstep(0.08, 0.14, s) * smoothstep(0.74, 0.66, s)
            * (0.09 * smoothstep(0.034, 0.024, distance))
    }
}
