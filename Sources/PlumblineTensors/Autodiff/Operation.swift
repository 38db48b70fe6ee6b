/// A differentiable operation: what it saves, and its derivative in differentiable operations.
package protocol Operation {
    /// Which values the derivative reads. All others may be freed after the forward pass.
    var saves: Saved { get }

    /// The gradients towards the inputs; `nil` where one is not needed or is zero.
    func derivative(_ sweep: Sweep) -> [Tensor?]

    /// What the operation is to a propagation rule; `nil` where only its derivative makes sense.
    var layer: Layer? { get }

    /// Computes the operation's only output again, without recording it; `nil` where that costs
    /// more than keeping it.
    ///
    /// An output that can be rebuilt is not kept for those who read it. In a transformer these are
    /// the outputs of GELU and layer normalisation.
    var rebuild: ((_ inputs: [Tensor]) -> Tensor)? { get }
}

extension Operation {
    package var name: String { String(describing: Self.self) }
    package var layer: Layer? { nil }
    package var rebuild: ((_ inputs: [Tensor]) -> Tensor)? { nil }
}

/// What a node keeps of the values around it.
package struct Saved: OptionSet, Sendable {
    package let rawValue: UInt64
    package init(rawValue: UInt64) { self.rawValue = rawValue }

    package static let nothing: Saved = []
    package static let outputs = Saved(rawValue: 1 << 63)
    package static let allInputs = Saved(rawValue: (1 << 63) - 1)
    /// Inputs from number 62 on share one bit.
    package static func input(_ index: Int) -> Saved {
        Saved(rawValue: 1 << UInt64(min(index, 62)))
    }
}
