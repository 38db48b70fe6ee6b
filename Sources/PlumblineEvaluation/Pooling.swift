/// How the channels of a relevance become one value per pixel.
public enum Pooling: Hashable, Sendable {
    /// `sum max(R, 0)`: the published `pos_sum` (arXiv 2311.04813).
    case positive
    /// `sum R`, with sign: what Shared Interest's code does (arXiv 2107.09234).
    case signed
}
