/// A metric whose scores sum up curves, such as deletion.
///
/// Scores and curves come from one call: each step of a curve is a forward pass of the model, and
/// must not be computed twice.
public protocol CurveMetric: Metric {
    /// The scores of one image, as ``Metric/scores(_:)``, with the curves that they come from.
    ///
    /// An image without a score has no curve.
    func measure(_ evidence: Evidence) throws -> (scores: [Score], curves: [Curve])
}

extension CurveMetric {
    public func scores(_ evidence: Evidence) throws -> [Score] { try measure(evidence).scores }
}
