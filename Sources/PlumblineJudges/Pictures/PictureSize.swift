import PlumblineData

/// The size of the pictures that a judge is shown.
public struct PictureSize: Sendable, Equatable {
    /// The longer side in pixels, from 32 to 2048.
    public let longest: Int

    public static let range = 32...2048

    public init(longest: Int) {
        precondition(Self.range.contains(longest), "PictureSize: \(longest) pixels")
        self.longest = longest
    }

    /// The size of the picture of an image: its shape, with the longer side of ``longest``.
    public func size(of image: RasterImage) -> (height: Int, width: Int) {
        let scale = Double(longest) / Double(max(image.height, image.width))
        return (
            height: max(1, Int((Double(image.height) * scale).rounded())),
            width: max(1, Int((Double(image.width) * scale).rounded()))
        )
    }

    /// The image at the size of the picture.
    public func resized(_ image: RasterImage) -> RasterImage {
        let size = size(of: image)
        return image.resized(height: size.height, width: size.width, antialias: true)
    }
}
