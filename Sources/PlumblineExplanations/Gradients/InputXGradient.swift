import PlumblineModels
import PlumblineTensors

/// Gradient times input (Shrikumar et al., arXiv 1605.01713): `R = x . df_c / dx`.
public struct InputXGradient: Explanation {
    public var name: String { "input_x_gradient" }
    public init() {}

    public func relevance(of request: Request, from trace: Trace) throws -> Tensor {
        try require(trace, for: request)
        return request.gradient(of: trace, withRespectTo: trace.image) * request.image.detached
    }
}
