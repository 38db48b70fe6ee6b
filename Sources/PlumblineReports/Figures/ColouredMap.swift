import Foundation
import PlumblineData
import PlumblineMetrics

/// A heat map with the colours that it is drawn in.
public struct ColouredMap: Sendable {
    /// Which values the two ends of the colours stand for.
    public enum Scale: Sendable {
        /// From 0 to the map's largest value.
        case fromZero
        /// From the map's smallest value to its largest: some methods add a constant to all pixels.
        case wholeRange
        /// From minus to plus the largest distance from zero, so that zero is in the middle.
        case signed
    }

    public let map: HeatMap
    public let colours: ColourMap
    /// From 0, invisible, to 1.
    public let opacity: Double
    /// The values of the first and of the last colour.
    public let range: ClosedRange<Float>

    /// - Parameters:
    ///   - colours: `diverging` belongs to the scale `signed`.
    ///   - opacity: of the map over the image, from 0 to 1.
    public init(_ map: HeatMap, _ colours: ColourMap, _ scale: Scale, opacity: Double = 1) {
        self.map = map
        self.colours = colours
        self.opacity = opacity
        let finite = map.values.lazy.filter(\.isFinite)
        let (low, high) = (finite.min() ?? 0, finite.max() ?? 0)
        range =
            switch scale {
            case .fromZero: 0...max(0, high)
            case .wholeRange: low...high
            case .signed: -max(abs(low), abs(high))...max(abs(low), abs(high))
            }
    }

    /// A map in the colours that fit it: diverging ones where a value is negative.
    ///
    /// - Parameter colours: of a map without negative values; for `diverging`, every map is signed.
    public init(fitting map: HeatMap, _ colours: ColourMap, opacity: Double = 1) {
        let isSigned = colours == .diverging || map.values.contains { $0 < 0 }
        self.init(
            map, isSigned ? .diverging : colours, isSigned ? .signed : .fromZero, opacity: opacity)
    }

    /// The map as an image of its own size; a value that is not finite is grey.
    public var image: RasterImage {
        let span = max(range.upperBound - range.lowerBound, 1e-30)
        var values = [Float]()
        values.reserveCapacity(3 * map.values.count)
        for value in map.values {
            if value.isFinite {
                let colour = colours.colour((value - range.lowerBound) / span)
                values += [colour.red, colour.green, colour.blue]
            } else {
                values += [0.5, 0.5, 0.5]
            }
        }
        return RasterImage(height: map.height, width: map.width, channels: 3, values: values)
    }

    /// An image of the map's size with the map drawn over it, pixel by pixel.
    public func over(_ image: RasterImage) -> RasterImage {
        let heat = self.image
        var result = image.converted(channels: 3)
        precondition(
            result.values.count == heat.values.count,
            "ColouredMap: a map of \(map.height)x\(map.width) on an image of "
                + "\(image.height)x\(image.width)")
        for index in result.values.indices {
            result.values[index] +=
                Float(opacity) * (heat.values[index] - result.values[index])
        }
        return result
    }

    /// The colour bar of this map alone.
    public func bar(_ label: String) -> ColourBar {
        ColourBar(
            colours, low: Self.text(range.lowerBound), high: Self.text(range.upperBound),
            label: label)
    }

    private static func text(_ value: Float) -> String {
        value == 0 ? "0" : String(format: "%.3g", value).replacing("-", with: "\u{2212}")
    }
}

/// A strip of the colours of maps, with what its ends stand for.
public struct ColourBar: Sendable, Equatable {
    public var colours: ColourMap
    public var low: String
    public var high: String
    /// Written behind the strip; empty for none.
    public var label: String

    public init(_ colours: ColourMap, low: String, high: String, label: String = "") {
        self.colours = colours
        self.low = low
        self.high = high
        self.label = label
    }
}
