import Foundation

extension LinearMap {
    /// A Gaussian blur with a standard deviation of `deviation` entries, cut off at three standard
    /// deviations.
    ///
    /// The weights sum to 1 at the edges too.
    static func gaussian(size: Int, deviation: Float) -> LinearMap {
        let reach = Swift.max(1, Int((3 * deviation).rounded(.up)))
        let rows = (0..<size).map { index -> [Term] in
            let sources = Swift.max(0, index - reach)..<Swift.min(size, index + reach + 1)
            let raw = sources.map { source -> Float in
                let distance = Float(source - index) / deviation
                return Float(exp(-0.5 * Double(distance * distance)))
            }
            let total = raw.reduce(0, +)
            return zip(sources, raw).map { (source: $0, weight: $1 / total) }
        }
        return LinearMap(inputSize: size, rows: rows)
    }
}

extension Tensor {
    /// A Gaussian blur of `[batch, height, width, channels]`.
    ///
    /// - Parameter deviation: the standard deviation in pixels.
    package func blurred(deviation: Float) -> Tensor {
        require(rank == 4 && count > 0 && deviation > 0, "blur: shape \(shape) by \(deviation)")
        return weightedRows(.gaussian(size: shape[1], deviation: deviation), axis: 1)
            .weightedRows(.gaussian(size: shape[2], deviation: deviation), axis: 2)
    }
}
