import PlumblineSettings
import PlumblineTensors

/// Random squares that hide a part of each training image (DeVries & Taylor, arXiv 1708.04552).
///
/// A hidden pixel has the mean that the preprocessing subtracts. The centre of a square is any
/// pixel, so a part of the square may be outside the image.
public struct Cutout: Sendable, Equatable {
    /// What happens to the hidden pixels of a mask.
    public enum MaskPixels: String, Sendable, CaseIterable {
        /// They stay in the mask.
        case keep
        /// They are taken out of the mask.
        case remove
    }

    /// The side of a square as a share of the side of the image; 0 hides nothing.
    public var side: Float = 0
    /// Squares per image.
    public var count = 1
    public var maskPixels = MaskPixels.remove

    public init() {}

    public var isOn: Bool { side > 0 }

    /// The squares of one image, without their parts outside.
    ///
    /// - Parameter size: the sides of the image, in pixels.
    package func draw(size: Int, _ random: inout RandomGenerator) -> [ImageGeometry.Rectangle] {
        guard isOn else { return [] }
        let length = Int((side * Float(size)).rounded())
        return (0..<count).map { _ in
            let y = random.index(below: size)
            let x = random.index(below: size)
            return Self.square(length: length, y: y, x: x, size: size)
        }
    }

    /// A square about a centre, without its part outside.
    ///
    /// As in the authors' code, its side is `length` or one pixel less, whichever is even.
    package static func square(
        length: Int, y: Int, x: Int, size: Int
    ) -> ImageGeometry.Rectangle {
        func range(_ centre: Int) -> Range<Int> {
            max(0, centre - length / 2)..<min(size, centre + length / 2)
        }
        let rows = range(y)
        let columns = range(x)
        return ImageGeometry.Rectangle(
            y: rows.lowerBound, x: columns.lowerBound, height: rows.count, width: columns.count)
    }
}

extension Cutout {
    /// The settings as configuration files name them.
    static var keys: [SettingKey<Cutout>] {
        [
            .float(
                "cutout", \.side, in: 0...1,
                "The side of a random square that hides a part of each training image, as a share "
                    + "of the image's side; 0: none."),
            .whole("cutout_count", \.count, in: 1...64, "Squares per image."),
            .choice(
                "cutout_mask", \.maskPixels,
                "Whether the hidden pixels of a mask stay in it"),
        ]
    }
}
