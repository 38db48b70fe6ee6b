import Foundation
import PlumblineTensors

/// LIME's regression (Ribeiro et al., arXiv 1602.04938, section 3.4): a ridge regression of the
/// logit on which segments are shown.
///
/// Samples that are nearer to the whole image have a larger weight.
public struct LIMERegression: Sendable, Equatable {
    /// The weight of a sample at cosine distance d from the whole image.
    public enum Kernel: String, Sendable, CaseIterable {
        /// `exp(-d^2 / (2 width^2))`, as Captum has it. The lime package's
        /// `sqrt(exp(-d^2 / width^2))` is the same.
        case package
        /// `exp(-d^2 / width^2)`, as the paper writes it.
        case paper
    }

    public var kernel: Kernel
    public var width: Double
    /// The penalty on the squared coefficients, 1 in the lime package.
    ///
    /// The intercept has none.
    public var ridge: Double

    public init(kernel: Kernel = .package, width: Double = 0.25, ridge: Double = 1) {
        self.kernel = kernel
        self.width = width
        self.ridge = ridge
    }

    /// The weight of each sample.
    ///
    /// - Parameter shown: for each sample, which segments are shown; `[samples][segments]`.
    package func weights(_ shown: [[Bool]]) -> [Double] {
        let scale = kernel == .package ? 2 * width * width : width * width
        return shown.map { row in
            // The cosine between a vector of 0 and 1 and one of all 1.
            let similarity = (Double(row.filter { $0 }.count) / Double(row.count)).squareRoot()
            let distance = 1 - similarity
            return exp(-distance * distance / scale)
        }
    }

    /// One coefficient per segment.
    ///
    /// - Parameters:
    ///   - shown: for each sample, which segments are shown; `[samples][segments]`.
    ///   - scores: the logit of each sample.
    package func coefficients(_ shown: [[Bool]], _ scores: [Double]) -> [Double] {
        let weights = weights(shown)
        // Everything is centred by weighted means, so that the ridge does not affect the intercept.
        let total = weights.reduce(0, +)
        let mean = zip(weights, scores).map { $0 * $1 }.reduce(0, +) / total
        let means = shown[0].indices.map { segment in
            zip(weights, shown).map { $1[segment] ? $0 : 0 }.reduce(0, +) / total
        }
        let rows = shown.map { row in row.indices.map { (row[$0] ? 1 : 0) - means[$0] } }
        return ridgeRegression(rows, scores.map { $0 - mean }, weights, ridge: ridge)
    }
}
