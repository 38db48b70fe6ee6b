import Plumbline

/// The gradient of the logit, raised to a power.
///
/// Its square is the sensitivity of Simonyan, Vedaldi and Zisserman (arXiv 1312.6034).
struct PoweredGradient: Explanation {
    static let power = ExplanationKey.whole("power", 2, in: 1...8, "Power of the gradient.")

    let name = "powered_gradient"
    let power: Int

    func relevance(of request: Request, from trace: Trace) throws -> Tensor {
        let gradient = request.gradient(of: trace, withRespectTo: trace.image)
        return (1..<power).reduce(gradient) { product, _ in product * gradient }
    }
}
