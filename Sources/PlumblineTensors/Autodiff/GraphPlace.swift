/// One output of one operation of a graph.
package struct GraphPlace: Hashable {
    let node: ObjectIdentifier
    let output: Int
}

extension Tensor {
    /// Where this is in its graph; `nil` outside any graph.
    package var place: GraphPlace? {
        node.map { GraphPlace(node: ObjectIdentifier($0), output: output) }
    }
}
