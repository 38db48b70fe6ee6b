import PlumblineModels
import PlumblineTensors

/// Keeps positive gradients at ReLU modules.
///
/// An unhooked ReLU, which torchvision calls as a function, keeps its derivative, as it does in
/// tools that hook modules.
final class ReLUPolicy: PropagationPolicy {
    /// Whether the ReLU's derivative applies too.
    private let keepsDerivative: Bool

    init(keepsDerivative: Bool) { self.keepsDerivative = keepsDerivative }

    func propagate(_ operation: any Operation, _ sweep: Sweep) -> [Tensor?]? {
        switch operation.layer {
        case .activation(.relu)? where !sweep.tags.contains(.unhooked):
            let positive = sweep.upstream().relu()
            return keepsDerivative
                ? operation.derivative(sweep.with(upstream: positive)) : [positive]
        case .batchNorm(let norm)? where norm.relu:
            let rectified = sweep.with(upstream: sweep.upstream().relu())
            return keepsDerivative
                ? operation.derivative(rectified) : norm.normalisationDerivative(rectified)
        default: return nil
        }
    }
}
