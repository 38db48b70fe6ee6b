/// Whether operations are recorded in a graph.
package enum Recording {
    /// Off inside ``withoutGradients(_:)``, and while a gradient is computed that is not to be
    /// differentiated again.
    @TaskLocal package static var isRecording = true

    /// Whether operations that are layers keep their inputs even where their derivative does not
    /// read them.
    @TaskLocal static var keepsLayerInputs = false

    /// What recorded operations are marked with.
    @TaskLocal static var tags: OperationTags = []
}

/// Runs `body` without recording a graph: for inference.
public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Recording.$isRecording.withValue(false, operation: body)
}

/// Runs `body` so that every layer keeps its inputs for a ``PropagationPolicy``.
///
/// Its rules may read inputs that the derivative does not read.
package func keepingLayerInputs<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Recording.$keepsLayerInputs.withValue(true, operation: body)
}

extension Tensor {
    /// `values`, which `operation` computed from `inputs`, as outputs of a node of the graph, if
    /// any input is in a graph.
    package static func record(_ operation: any Operation, _ inputs: [Tensor], _ values: [Tensor])
        -> [Tensor]
    {
        guard Recording.isRecording, inputs.contains(where: { $0.node != nil }) else {
            return values
        }
        Engine.requireOwnership()
        let saves =
            Recording.keepsLayerInputs && operation.layer != nil
            ? operation.saves.union(.allInputs) : operation.saves
        let edges = inputs.enumerated().map { index, input -> Node.Edge in
            let keeps = saves.contains(.input(index)) && !(input.node?.canRebuild() ?? false)
            return Node.Edge(
                node: input.node, output: input.output, shape: input.shape,
                buffer: keeps ? input.buffer : nil)
        }
        let keepsOutputs = saves.contains(.outputs)
        let node = Node(
            operation: operation, edges: edges,
            outputs: values.map { ($0.shape, keepsOutputs ? $0.buffer : nil) },
            keeps: saves.subtracting(operation.saves), tags: Recording.tags)
        return values.enumerated().map {
            Tensor(buffer: $1.buffer, shape: $1.shape, node: node, output: $0)
        }
    }

    /// The same for an operation with one output.
    package static func record(_ operation: any Operation, _ inputs: [Tensor], _ value: Tensor)
        -> Tensor
    {
        record(operation, inputs, [value])[0]
    }
}
