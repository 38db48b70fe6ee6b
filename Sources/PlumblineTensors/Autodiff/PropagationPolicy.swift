/// Decides, for each operation of a backward pass, what to pass back instead of the derivative.
///
/// Rules are written in differentiable operations, so their result can be differentiated like any
/// gradient.
package protocol PropagationPolicy: AnyObject {
    /// What arrives at the operation's inputs; `nil` means that the derivative decides.
    func propagate(_ operation: any Operation, _ sweep: Sweep) -> [Tensor?]?
}
