import Synchronization

/// One application of an operation in the graph.
///
/// A node without an operation is a variable.
package final class Node: @unchecked Sendable {
    /// An input as the derivative will see it: its place in the graph, its shape, and its values if
    /// they were saved.
    struct Edge {
        let node: Node?
        let output: Int
        let shape: [Int]
        let buffer: Buffer?

        /// The values, outside any graph.
        var kept: Tensor {
            guard let buffer else { return node!.rebuilt() }
            return Tensor(buffer: buffer, shape: shape)
        }
    }

    private static let counter = Atomic<UInt64>(0)

    /// Creation order, which is a topological order.
    let id: UInt64
    private(set) var operation: (any Operation)?
    private(set) var edges: [Edge]
    private(set) var outputs: [(shape: [Int], buffer: Buffer?)]
    /// Set once a gradient has released what the node saved.
    private(set) var isSpent = false
    /// What is kept beyond what the operation saves.
    let keeps: Saved
    /// What the model marked the operation with.
    let tags: OperationTags

    init(
        operation: (any Operation)? = nil, edges: [Edge] = [],
        outputs: [(shape: [Int], buffer: Buffer?)] = [], keeps: Saved = .nothing,
        tags: OperationTags = []
    ) {
        self.keeps = keeps
        self.tags = tags
        id = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
        self.operation = operation
        self.edges = edges
        self.outputs = outputs
    }

    /// Lets go of everything that was saved.
    ///
    /// A later gradient through this node is an error.
    func release() {
        guard operation != nil else { return }
        isSpent = true
        outputs = []
        bury()
    }

    deinit { if !edges.isEmpty || operation != nil { bury() } }

    /// How many operations in a row are computed again, at most.
    private static let longestRebuild = 8

    /// Whether this node's output can be computed by cheap operations from what is kept.
    func canRebuild(within steps: Int = longestRebuild) -> Bool {
        guard steps > 0, operation?.rebuild != nil else { return false }
        return edges.allSatisfy {
            $0.buffer != nil || $0.node?.canRebuild(within: steps - 1) ?? false
        }
    }

    /// This node's output, computed again.
    func rebuilt() -> Tensor {
        guard let rebuild = operation?.rebuild else {
            fatalError(
                "gradient: the graph was released by an earlier gradient; "
                    + "pass keepGraph to that one")
        }
        return withoutGradients { rebuild(edges.map { $0.kept }) }
    }

    /// Moves the references to the graveyard before any of them is dropped: releasing them in
    /// `deinit` would recurse once per node.
    private func bury() {
        Graveyard.add(edges, operation)
        edges = []
        operation = nil
        Graveyard.drain()
    }
}

/// Releases chains of nodes one after the other.
///
/// A node's inputs that are freed inside its own `deinit` recurse once per node, which overflows
/// the stack at some 27,000 nodes.
private enum Graveyard {
    private struct Contents: @unchecked Sendable {
        var waiting: [([Node.Edge], (any Operation)?)] = []
        var isDraining = false
    }

    private struct Box: @unchecked Sendable {
        let value: ([Node.Edge], (any Operation)?)
    }

    private static let contents = Mutex(Contents())

    static func add(_ edges: [Node.Edge], _ operation: (any Operation)?) {
        let box = Box(value: (edges, operation))
        contents.withLock { $0.waiting.append(box.value) }
    }

    /// Drops everything that waits, unless a caller further up the stack is doing so already.
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
            // Dropped here, outside the lock: nodes that are freed with it only add to the list.
            guard next != nil else { return }
        }
    }
}
