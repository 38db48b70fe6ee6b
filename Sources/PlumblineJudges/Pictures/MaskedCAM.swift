import Foundation
import PlumblineData
import PlumblineMetrics

/// The masked CAM of autoXplain: an image of which only the attended pixels remain.
///
/// The weight of a pixel is `M = 1 / (1 + exp(alpha (beta - v)))`, where v is the heat map on a
/// scale from 0 (its smallest value) to 1 (its largest). The picture is `image x M`. Nguyen et al.,
/// arXiv 2508.20227. The published code scales the map before it is enlarged; here the map of the
/// picture's size is scaled, so that its largest value is 1.
public struct MaskedCAM: Sendable, Equatable {
    /// How steep the edge between visible and dark pixels is; above 0.
    public var alpha: Double
    /// The value of v at which half of a pixel's brightness remains, from 0 to 1.
    public var beta: Double

    public init(alpha: Double = 25, beta: Double = 0.6) {
        precondition(alpha > 0 && alpha.isFinite, "MaskedCAM: alpha is \(alpha)")
        precondition((0...1).contains(beta), "MaskedCAM: beta is \(beta)")
        self.alpha = alpha
        self.beta = beta
    }

    /// The weight of a scaled value, from 0 to 1.
    public func weight(_ value: Double) -> Double { 1 / (1 + exp(alpha * (beta - value))) }

    /// The weights M of a map, row by row, or the reason why it has none.
    public func weights(of map: HeatMap) -> Result<[Float], MapDefect> {
        if let defect = map.orderDefect { return .failure(MapDefect(reason: defect)) }
        return .success(map.scaledValues.map { Float(weight(Double($0))) })
    }

    /// `image x M`, every channel alike.
    ///
    /// - Parameter weights: one per pixel.
    public static func picture(_ image: RasterImage, _ weights: [Float]) -> RasterImage {
        precondition(
            weights.count == image.height * image.width,
            "MaskedCAM: \(weights.count) weights for \(image.height)x\(image.width)")
        var result = image
        for pixel in weights.indices {
            for channel in 0..<image.channels {
                result.values[pixel * image.channels + channel] *= weights[pixel]
            }
        }
        return result
    }
}

/// Why a map cannot be shown to a judge.
public struct MapDefect: Error, Equatable {
    public let reason: MissingReason
    public init(reason: MissingReason) { self.reason = reason }
}
