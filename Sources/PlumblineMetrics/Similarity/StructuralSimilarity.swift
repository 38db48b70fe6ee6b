import Foundation

extension MapSimilarity {
    /// The structural similarity index (Wang et al., 2004): the mean over windows of 11 x 11 pixels
    /// with Gaussian weights (sigma 1.5), K1 = 0.01, K2 = 0.03.
    ///
    /// Each map is first scaled to 0 ... 1. From -1 to 1.
    ///
    /// - Returns: missing if a map is not finite or constant, or has a side below 11 pixels.
    public static func structural(_ first: HeatMap, _ second: HeatMap) -> Measured {
        if let defect = defect(first, second) { return .missing(defect) }
        let (height, width) = (first.height, first.width)
        guard min(height, width) >= window.count else { return .missing(.smallMap) }
        let a = scaled(first)
        let b = scaled(second)
        func mean(_ values: [Double]) -> [Double] { smoothed(values, height, width) }
        let meanA = mean(a)
        let meanB = mean(b)
        let squaresA = mean(zip(a, a).map(*))
        let squaresB = mean(zip(b, b).map(*))
        let products = mean(zip(a, b).map(*))
        let (c1, c2) = (0.01 * 0.01, 0.03 * 0.03)
        var total = 0.0
        for index in meanA.indices {
            let (x, y) = (meanA[index], meanB[index])
            let varianceA = squaresA[index] - x * x
            let varianceB = squaresB[index] - y * y
            let covariance = products[index] - x * y
            total +=
                (2 * x * y + c1) * (2 * covariance + c2)
                / ((x * x + y * y + c1) * (varianceA + varianceB + c2))
        }
        return .value(total / Double(meanA.count))
    }

    private static let window: [Double] = {
        let weights = (-5...5).map { exp(-Double($0 * $0) / (2 * 1.5 * 1.5)) }
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
    }()

    /// The values on a scale from 0 to 1.
    static func scaled(_ map: HeatMap) -> [Double] {
        let low = Double(map.lowest)
        let range = Double(map.highest) - low
        return map.values.map { (Double($0) - low) / range }
    }

    /// The weighted mean of every window that lies inside, `[height - 10, width - 10]`.
    private static func smoothed(_ values: [Double], _ height: Int, _ width: Int) -> [Double] {
        let inner = width - window.count + 1
        var rows = [Double](repeating: 0, count: height * inner)
        for y in 0..<height {
            for x in 0..<inner {
                var sum = 0.0
                for (offset, weight) in window.enumerated() {
                    sum += weight * values[y * width + x + offset]
                }
                rows[y * inner + x] = sum
            }
        }
        var result = [Double](repeating: 0, count: (height - window.count + 1) * inner)
        for y in 0..<(height - window.count + 1) {
            for (offset, weight) in window.enumerated() {
                for x in 0..<inner {
                    result[y * inner + x] += weight * rows[(y + offset) * inner + x]
                }
            }
        }
        return result
    }
}
