import Foundation
import PlumblineTensors

/// Maps that know nothing of an image: a Gaussian in the middle, one per size.
///
/// Photographs and radiographs have their objects there. Sigma is a quarter of a side.
public final class CentrePriors {
    private struct Size: Hashable {
        let height: Int
        let width: Int
    }

    private var readings: [Size: MapReading] = [:]
    private static let most = 8

    public init() {}

    /// The map of a size; those of the last few sizes are kept.
    func reading(height: Int, width: Int) -> MapReading {
        let size = Size(height: height, width: width)
        if let reading = readings[size] { return reading }
        if readings.count == Self.most { readings.removeAll() }
        let rows = Self.bell(height)
        let columns = Self.bell(width)
        let values = rows.flatMap { row in columns.map { row * $0 } }
        let reading = MapReading(
            Tensor(values, shape: [height, width, 1]), isShared: true)
        readings[size] = reading
        return reading
    }

    private static func bell(_ count: Int) -> [Float] {
        (0..<count).map { index in
            let distance = (Double(index) + 0.5) / Double(count) - 0.5
            return Float(exp(-distance * distance / (2 * 0.25 * 0.25)))
        }
    }
}
