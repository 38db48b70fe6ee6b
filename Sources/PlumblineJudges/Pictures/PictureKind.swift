import PlumblineData
import PlumblineMetrics
import PlumblineReports

/// What a judge is shown.
public enum PictureKind: String, CaseIterable, Sendable {
    /// The image where it is attended, black elsewhere (``MaskedCAM``).
    case masked
    /// The image with the heat map drawn over it.
    case overlay

    /// The picture of an image and its map.
    ///
    /// - Parameters:
    ///   - map: of the image's size.
    ///   - weights: ``MaskedCAM/weights(of:)`` of the map.
    public func picture(_ image: RasterImage, _ map: HeatMap, weights: [Float]) -> RasterImage {
        switch self {
        case .masked: MaskedCAM.picture(image, weights)
        case .overlay: OverlayFigure.picture(image, map)
        }
    }
}
