import Synchronization

/// A differentiable operation: what it saved, and its derivative in differentiable operations.
package protocol Operation {
    /// Which values the derivative reads; everything else dies with the forward pass.
    var saves: Saved { get }

    /// The gradients towards the inputs, `nil` where not needed or zero.
    func derivative(_ sweep: Sweep) -> [Tensor?]

    /// What the operation is to a propagation rule; `nil` where only its derivative makes sense.
    var layer: Layer? { get }

    /// Computes the operation's only output again, unrecorded; `nil` where that costs more than
    /// keeping it. What can be rebuilt is not kept for those who read it, as in a transformer
    /// GELU's and layer norm's outputs.
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
    package static func input(_ index: Int) -> Saved { Saved(rawValue: 1 << UInt64(index)) }
}

/// One application of an operation in the graph. A node without an operation is a variable.
package final class Node: @unchecked Sendable {
    /// An input as the derivative will see it: its place in the graph, its shape, and its values if
    /// saved.
    struct Edge {
        let node: Node?
        let output: Int
        let shape: [Int]
        let storage: Storage?

        /// The values, outside any graph.
        var kept: Tensor {
            guard let storage else { return node!.rebuilt() }
            return Tensor(storage: storage, shape: shape)
        }
    }

    private static let counter = Atomic<UInt64>(0)

    /// Creation order, which is a topological order.
    let id: UInt64
    private(set) var operation: (any Operation)?
    private(set) var edges: [Edge]
    private(set) var outputs: [(shape: [Int], storage: Storage?)]
    /// Set once a gradient has released what the node saved.
    private(set) var isSpent = false
    /// What is kept beyond what the operation saves.
    let keeps: Saved

    init(
        operation: (any Operation)? = nil, edges: [Edge] = [],
        outputs: [(shape: [Int], storage: Storage?)] = [], keeps: Saved = .nothing
    ) {
        self.keeps = keeps
        id = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
        self.operation = operation
        self.edges = edges
        self.outputs = outputs
    }

    /// Lets go of everything saved; a later gradient through this node is an error.
    func release() {
        guard operation != nil else { return }
        isSpent = true
        outputs = []
        bury()
    }

    deinit { if !edges.isEmpty || operation != nil { bury() } }

    /// How many operations in a row are computed again at most.
    private static let longestRebuild = 8

    /// Whether this node's output follows by cheap operations from what is kept.
    func canRebuild(within steps: Int = longestRebuild) -> Bool {
        guard steps > 0, operation?.rebuild != nil else { return false }
        return edges.allSatisfy {
            $0.storage != nil || $0.node?.canRebuild(within: steps - 1) ?? false
        }
    }

    /// This node's output, computed again.
    func rebuilt() -> Tensor {
        guard let rebuild = operation?.rebuild else {
            fatalError(
                "gradient: the graph was released by an earlier gradient; pass keepGraph to that one"
            )
        }
        return withoutGradients { rebuild(edges.map { $0.kept }) }
    }

    /// Hands the references over before anything is dropped: still holding them here, they would be
    /// dropped here, one inside the other.
    private func bury() {
        Graveyard.add(edges, operation)
        edges = []
        operation = nil
        Graveyard.drain()
    }
}

/// Releases chains of nodes one after the other: a node's inputs freed inside its own `deinit`
/// would recurse once a node and end the stack at some 27,000 of them.
private enum Graveyard {
    private struct Contents: @unchecked Sendable {
        var waiting: [([Node.Edge], (any Operation)?)] = []
        var isDraining = false
    }
    private static let contents = Mutex(Contents())

    static func add(_ edges: [Node.Edge], _ operation: (any Operation)?) {
        let box = Box(value: (edges, operation))
        contents.withLock { $0.waiting.append(box.value) }
    }

    /// Drops what waits, unless some caller further up the stack is at it already.
    static func drain() {
        let isFirst = contents.withLock { contents in
            defer { contents.isDraining = true }
            return !contents.isDraining
        }
        guard isFirst else { return }
        while true {
            let next = contents.withLock { contents -> Box? in
                guard let last = contents.waiting.popLast() else {
                    contents.isDraining = false
                    return nil
                }
                return Box(value: last)
            }
            // Dropped here, outside the lock: nodes that die with it only add to the list.
            guard next != nil else { return }
        }
    }

    private struct Box: @unchecked Sendable {
        let value: ([Node.Edge], (any Operation)?)
    }
}

/// Whether operations are recorded. Off inside ``withoutGradients(_:)`` and in sweeps whose result
/// is not to be differentiated.
package enum Recording {
    @TaskLocal static var isOn = true
    package static var isRecording: Bool { isOn }
    /// Whether operations that are layers keep their inputs even where their derivative does not
    /// read them.
    @TaskLocal static var keepsLayerInputs = false
}

/// Runs `body` without recording a graph: for inference.
public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Recording.$isOn.withValue(false, operation: body)
}

/// Runs `body` so that every layer keeps its inputs for a ``PropagationPolicy``, whose rules may
/// read what the derivative does not.
package func keepingLayerInputs<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Recording.$keepsLayerInputs.withValue(true, operation: body)
}

extension Tensor {
    /// `values`, computed by `operation` from `inputs`, as a node of the graph if any input is in
    /// one.
    package static func record(_ operation: any Operation, _ inputs: [Tensor], _ values: [Tensor])
        -> [Tensor]
    {
        guard Recording.isOn, inputs.contains(where: { $0.node != nil }) else { return values }
        let saves =
            Recording.keepsLayerInputs && operation.layer != nil
            ? operation.saves.union(.allInputs) : operation.saves
        let edges = inputs.enumerated().map { index, input -> Node.Edge in
            let keeps =
                saves.contains(.input(Swift.min(index, 62))) && !(input.node?.canRebuild() ?? false)
            return Node.Edge(
                node: input.node, output: input.output, shape: input.shape,
                storage: keeps ? input.storage : nil)
        }
        let keepsOutputs = saves.contains(.outputs)
        let node = Node(
            operation: operation, edges: edges,
            outputs: values.map { ($0.shape, keepsOutputs ? $0.storage : nil) },
            keeps: saves.subtracting(operation.saves))
        return values.enumerated().map {
            Tensor(storage: $1.storage, shape: $1.shape, node: node, output: $0)
        }
    }

    package static func record(_ operation: any Operation, _ inputs: [Tensor], _ value: Tensor)
        -> Tensor
    {
        record(operation, inputs, [value])[0]
    }
}
