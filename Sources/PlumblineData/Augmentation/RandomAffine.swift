import Foundation
import PlumblineSettings
import PlumblineTensors

/// Random scale, shear and translation, as torchvision's `RandomAffine`.
public struct RandomAffine: Sendable, Equatable {
    /// The range of the factor by which the image is enlarged.
    public var scale: ClosedRange<Float> = 1...1
    /// The largest angle of a horizontal shear, in degrees in either direction.
    public var shear: Float = 0
    /// The largest translation in each direction, as a share of the side.
    ///
    /// Translations are whole pixels.
    public var translation: Float = 0

    public init() {}

    public var isOn: Bool { self != RandomAffine() }

    /// The drawn values of one image.
    package struct Draw {
        /// Counter-clockwise.
        var degrees: Float
        /// Along the rows, in degrees.
        var shear: Float
        var scale: Float
        /// Down and to the right, in pixels.
        var shiftY: Float
        var shiftX: Float

        package init(
            degrees: Float, shear: Float, scale: Float, shiftY: Float, shiftX: Float
        ) {
            self.degrees = degrees
            self.shear = shear
            self.scale = scale
            self.shiftY = shiftY
            self.shiftX = shiftX
        }

        /// The map of torchvision's `affine`: sheared, rotated, scaled, then moved.
        ///
        /// Source: `_get_inverse_affine_matrix` of torchvision's transforms/functional.py. It
        /// counts degrees clockwise.
        package var map: AffineMap {
            let rotation = degrees * .pi / 180
            let tangent = tan(shear * .pi / 180)
            let cosine = cos(rotation)
            let sine = sin(rotation)
            // The forward map is [a b; c d], on (x, y).
            let a = cosine
            let b = sine - cosine * tangent
            let c = -sine
            let d = cosine + sine * tangent
            var map = AffineMap(
                yy: a / scale, yx: -c / scale, xy: -b / scale, xx: d / scale)
            map.offsetY = -map.yy * shiftY - map.yx * shiftX
            map.offsetX = -map.xy * shiftY - map.xx * shiftX
            return map
        }
    }

    /// - Parameters:
    ///   - degrees: the rotation, counter-clockwise.
    ///   - size: the sides of the image, in pixels.
    func draw(degrees: Float, size: Int, _ random: inout RandomGenerator) -> Draw {
        var draw = Draw(degrees: degrees, shear: 0, scale: 1, shiftY: 0, shiftX: 0)
        guard isOn else { return draw }
        let most = translation * Float(size)
        draw.shiftX = random.uniform(-most, most).rounded(.toNearestOrEven)
        draw.shiftY = random.uniform(-most, most).rounded(.toNearestOrEven)
        draw.scale = random.uniform(scale.lowerBound, scale.upperBound)
        draw.shear = random.uniform(-shear, shear)
        return draw
    }
}

extension RandomAffine {
    /// The settings as configuration files name them.
    static var keys: [SettingKey<RandomAffine>] {
        [
            .interval(
                "scale", \.scale, in: 0.1...10,
                "The smallest and the largest factor by which training images are enlarged."),
            .float(
                "shear", \.shear, in: 0...80,
                "Largest random horizontal shear in training, in degrees."),
            .float(
                "translation", \.translation, in: 0...1,
                "Largest random translation in training, as a share of the side."),
        ]
    }
}
