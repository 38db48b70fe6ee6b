/// The memory of a tensor's values.
///
/// Only the back end that made it looks inside.
///
/// It is freed, or kept for reuse, when the last tensor that uses it is gone.
package class Buffer: @unchecked Sendable {}
