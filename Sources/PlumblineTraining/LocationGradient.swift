import PlumblineTensors

/// The part of a step's gradient that the location loss gives, before clipping.
public struct LocationGradient: Sendable, Equatable {
    /// The Euclidean norm of the gradient of the weighted location loss.
    public var norm: Double
    /// The norm over the sum of the norms of both losses' gradients, from 0 to 1.
    public var share: Double
    /// The cosine of the angle between both gradients, from -1 to 1; `nil` where one is 0.
    public var cosine: Double?

    /// Below this share the location loss trains nothing.
    ///
    /// Single precision keeps 7 digits, and a step of AdamW follows the larger gradient.
    public static let leastShare = 1e-4

    public var isDead: Bool { share < Self.leastShare }

    /// - Parameters:
    ///   - location: the gradients of the weighted location loss.
    ///   - total: the gradients of the sum of both losses.
    ///   - scale: what both are multiplied by.
    init(_ location: [Tensor], of total: [Tensor], scale: Double) {
        var squares = (location: 0.0, classification: 0.0)
        var product = 0.0
        for (part, whole) in zip(location, total) {
            let other = whole - part
            squares.location += part.sumOfSquares
            squares.classification += other.sumOfSquares
            product += Double((part * other).sum().item)
        }
        let norms = (squares.location.squareRoot(), squares.classification.squareRoot())
        norm = norms.0 * scale
        share = norms.0 + norms.1 > 0 ? norms.0 / (norms.0 + norms.1) : 0
        cosine =
            norms.0 > 0 && norms.1 > 0 ? max(-1, min(1, product / (norms.0 * norms.1))) : nil
    }
}
