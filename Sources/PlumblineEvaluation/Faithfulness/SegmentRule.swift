import PlumblineExplanations
import PlumblineTensors

/// How an image is split into segments that are removed as one.
public enum SegmentRule: Sendable, Equatable {
    /// About as many superpixels, by SLIC over brightness and position (Achanta et al., doi
    /// 10.1109/TPAMI.2012.120).
    case superpixels(Int)
    /// Squares of a side in pixels, from the upper left; those at the edge may be cut.
    case grid(side: Int)

    /// - Parameter name: `slic_300` or `grid_8`.
    /// - Throws: ``MetricError`` for another name.
    init(_ name: String) throws {
        let parts = name.split(separator: "_", omittingEmptySubsequences: false)
        switch (parts.first, parts.count == 2 ? Int(parts[1]) : nil) {
        case ("slic"?, let count?) where (2...5000).contains(count): self = .superpixels(count)
        case ("grid"?, let side?) where (1...1000).contains(side): self = .grid(side: side)
        default:
            throw MetricError(
                "\(name): segments are slic_N, 2 to 5000 superpixels, or grid_N, squares of 1 to "
                    + "1000 pixels")
        }
    }

    /// The pixels of each segment.
    ///
    /// - Parameter image: `[1, height, width, channels]`.
    func segments(of image: Tensor) -> [[Int]] {
        let (height, width) = (image.shape[1], image.shape[2])
        let labels: [Int]
        let count: Int
        switch self {
        case .superpixels(let target):
            let brightness = withoutGradients { image.detached.mean([3]) }.values
            let superpixels = Superpixels(
                brightness, height: height, width: width, targetCount: target)
            (labels, count) = (superpixels.labels, superpixels.count)
        case .grid(let side):
            let columns = (width + side - 1) / side
            labels = (0..<height * width).map { $0 / width / side * columns + $0 % width / side }
            count = columns * ((height + side - 1) / side)
        }
        var segments = [[Int]](repeating: [], count: count)
        for (pixel, label) in labels.enumerated() { segments[label].append(pixel) }
        return segments
    }
}

extension SegmentRule: CustomStringConvertible {
    public var description: String {
        switch self {
        case .superpixels(let count): "about \(count) superpixels by SLIC"
        case .grid(let side): "squares of \(side) pixels"
        }
    }
}
