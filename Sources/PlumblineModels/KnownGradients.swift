import PlumblineTensors

/// The gradients of a trace that were computed already, so that methods that read the same gradient
/// share one backward pass.
package final class KnownGradients {
    /// What a gradient is of, and with respect to what.
    package struct Key: Hashable {
        private let place: GraphPlace?
        private let targets: [Int]
        private let quantity: String

        /// - Parameters:
        ///   - variable: a tensor of the trace's graph.
        ///   - targets: the class of each image.
        ///   - quantity: a name of the value of each image whose gradient it is.
        package init(_ variable: Tensor, targets: [Int], of quantity: String) {
            place = variable.place
            self.targets = targets
            self.quantity = quantity
        }
    }

    private var gradients: [Key: Tensor] = [:]

    /// The gradient of `key`; `compute` is called if it is not known.
    package func gradient(_ key: Key, compute: () -> Tensor) -> Tensor {
        if let known = gradients[key] { return known }
        let gradient = compute()
        gradients[key] = gradient
        return gradient
    }
}
