/// One output of one operation of a graph.
package struct GraphPlace: Hashable {
    let node: ObjectIdentifier
    let output: Int
}
