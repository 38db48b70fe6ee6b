/// Marks that a model puts on its operations for propagation policies.
///
/// They do not change values or gradients.
package struct OperationTags: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
}

/// Runs `body` so that every operation it records carries `tags`.
package func tagged<Result>(
    _ tags: OperationTags, _ body: () throws -> Result
) rethrows -> Result {
    try Recording.$tags.withValue(tags, operation: body)
}
