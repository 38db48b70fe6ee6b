import PlumblineModels
import PlumblineTensors

/// The gradient of the class's logit with respect to the image (Simonyan et al., arXiv 1312.6034,
/// section 3): `R = df_c / dx`.
public struct GradientExplanation: Explanation {
    public var name: String { "gradient" }
    public init() {}

    public func relevance(of request: Request, from trace: Trace) throws -> Tensor {
        try require(trace, for: request)
        return request.gradient(of: trace, withRespectTo: trace.image)
    }
}
