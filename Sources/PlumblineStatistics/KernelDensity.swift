import Foundation

/// A density estimated with Gaussian kernels.
///
/// `f(x) = 1 / (n h) sum phi((x - x_i) / h)` with the bandwidth `h = 0.9 min(s, IQR / 1.34)
/// n^(-1/5)` (Silverman, Density Estimation, 1986, equation 3.31; `bw.nrd0` of R). At a bound, the
/// mass beyond it is reflected, so that the density has the integral 1 between the bounds.
public struct KernelDensity: Sendable {
    private let values: [Double]
    private let bounds: ClosedRange<Double>
    public let bandwidth: Double

    /// - Parameter bounds: values outside of them are left out.
    /// - Returns: `nil` for fewer than two values inside of the bounds, or values that are equal.
    public init?(_ values: [Double], bounds: ClosedRange<Double> = -Double.infinity ... .infinity) {
        let inside = values.filter { $0.isFinite && bounds.contains($0) }.sorted()
        guard inside.count > 1, let quartiles = Quartiles(inside) else { return nil }
        let n = Double(inside.count)
        let mean = inside.reduce(0, +) / n
        let deviation = (inside.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1))
            .squareRoot()
        let range = (quartiles.third - quartiles.first) / 1.34
        let spread = range > 0 ? min(deviation, range) : deviation
        guard spread > 0 else { return nil }
        self.values = inside
        self.bounds = bounds
        bandwidth = 0.9 * spread * pow(n, -0.2)
    }

    /// The density at a place; 0 outside of the bounds.
    public func at(_ place: Double) -> Double {
        guard bounds.contains(place) else { return 0 }
        var sum = kernels(place)
        if bounds.lowerBound.isFinite { sum += kernels(2 * bounds.lowerBound - place) }
        if bounds.upperBound.isFinite { sum += kernels(2 * bounds.upperBound - place) }
        return sum / (Double(values.count) * bandwidth * (2 * Double.pi).squareRoot())
    }

    private func kernels(_ place: Double) -> Double {
        // Kernels farther than nine bandwidths add less than 1e-17.
        var (low, high) = (0, values.count)
        while low < high {
            let middle = (low + high) / 2
            if values[middle] < place - 9 * bandwidth { low = middle + 1 } else { high = middle }
        }
        var sum = 0.0
        for value in values[low...] {
            guard value <= place + 9 * bandwidth else { break }
            let z = (place - value) / bandwidth
            sum += exp(-z * z / 2)
        }
        return sum
    }
}
