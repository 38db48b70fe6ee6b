/// The sizes of a batch of matrix products `op(a) op(b)`: `[m, k]` by `[k, n]` to `[m, n]`.
package struct Contraction: Sendable {
    /// The leading axes, equal for both operands.
    package let batchShape: [Int]
    package let m: Int
    package let n: Int
    package let k: Int
    /// Whether `a` is stored as `[k, m]`.
    package let transposesA: Bool
    /// Whether `b` is stored as `[n, k]`.
    package let transposesB: Bool

    package var batch: Int { batchShape.reduce(1, *) }
    package var shape: [Int] { batchShape + [m, n] }
    /// The length of a stored row of `a`.
    package var leadingA: Int { transposesA ? m : k }
    /// The length of a stored row of `b`.
    package var leadingB: Int { transposesB ? k : n }
}
