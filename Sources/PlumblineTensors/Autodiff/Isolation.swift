extension Tensor {
    /// The same values one node further on, so that a gradient can stop here.
    var isolated: Tensor { .record(Identity(isTransparent: true), [self], detached) }

    /// The same values as the input of a block: propagation rules do not look behind it.
    var asBlockInput: Tensor { .record(Identity(isTransparent: false), [self], detached) }
}

private struct Identity: Operation {
    /// Whether rules look through it.
    let isTransparent: Bool
    var saves: Saved { .nothing }
    var layer: Layer? { isTransparent ? .rearrangement : nil }
    func derivative(_ sweep: Sweep) -> [Tensor?] { [sweep.upstream()] }
}
