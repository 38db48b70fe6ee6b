import Foundation
import PlumblineSettings
import PlumblineTensors

/// A random part of the image at the model's size (Szegedy et al., arXiv 1409.4842, section 6), as
/// torchvision's `RandomResizedCrop` draws it.
///
/// The part is taken of the model's input, which is resized already. So a small part is less sharp
/// than one of a large original.
public struct RandomResizedCrop: Sendable, Equatable {
    /// The range of the part's share of the image; `1...1` takes no part.
    public var area: ClosedRange<Float> = 1...1
    /// The range of the part's width divided by its height.
    public var aspect: ClosedRange<Float> = 0.75...1.3333334

    public init() {}

    public var isOn: Bool { area != 1...1 }

    /// How often a size is drawn that does not fit, before the central part is taken.
    private static let trials = 10

    /// - Parameter size: the sides of the image, in pixels.
    package func draw(size: Int, _ random: inout RandomGenerator) -> ImageGeometry.Rectangle {
        for _ in 0..<Self.trials {
            let share = random.uniform(area.lowerBound, area.upperBound)
            let logarithm = random.uniform(log(aspect.lowerBound), log(aspect.upperBound))
            let (height, width) = Self.sides(share: share, aspect: exp(logarithm), of: size)
            guard (1...size).contains(height), (1...size).contains(width) else { continue }
            return ImageGeometry.Rectangle(
                y: random.index(below: size - height + 1),
                x: random.index(below: size - width + 1), height: height, width: width)
        }
        return central(size)
    }

    /// The sides of a part with a share of the image, rounded to whole pixels.
    package static func sides(share: Float, aspect: Float, of size: Int) -> (
        height: Int, width: Int
    ) {
        let pixels = Float(size * size) * share
        return (
            height: Int((pixels / aspect).squareRoot().rounded(.toNearestOrEven)),
            width: Int((pixels * aspect).squareRoot().rounded(.toNearestOrEven))
        )
    }

    /// The largest part in the middle whose aspect is in range.
    package func central(_ size: Int) -> ImageGeometry.Rectangle {
        var height = size
        var width = size
        if 1 < aspect.lowerBound {
            height = Int((Float(size) / aspect.lowerBound).rounded(.toNearestOrEven))
        } else if 1 > aspect.upperBound {
            width = Int((Float(size) * aspect.upperBound).rounded(.toNearestOrEven))
        }
        height = max(1, height)
        width = max(1, width)
        return ImageGeometry.Rectangle(
            y: (size - height) / 2, x: (size - width) / 2, height: height, width: width)
    }
}

extension AffineMap {
    /// The map of a part that becomes the whole image, with half-pixel centres.
    ///
    /// - Parameter size: the sides of the image, in pixels.
    package static func crop(_ part: ImageGeometry.Rectangle, of size: Int) -> AffineMap {
        AffineMap(
            yy: Float(part.height) / Float(size), xx: Float(part.width) / Float(size),
            offsetY: Float(part.y) + Float(part.height - size) / 2,
            offsetX: Float(part.x) + Float(part.width - size) / 2)
    }
}

extension RandomResizedCrop {
    /// The settings as configuration files name them.
    static var keys: [SettingKey<RandomResizedCrop>] {
        [
            .interval(
                "crop_area", \.area, in: 0.01...1,
                "The smallest and the largest share of a training image that a random part has; "
                    + "[1, 1]: no part is cut."),
            .interval(
                "crop_aspect", \.aspect, in: 0.1...10,
                "The smallest and the largest width of such a part divided by its height."),
        ]
    }
}
