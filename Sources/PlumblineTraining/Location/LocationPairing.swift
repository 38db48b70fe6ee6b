/// Which masks a relevance map is compared with.
public enum LocationPairing: String, Sendable, CaseIterable {
    /// The mask of the same image.
    case own
    /// Every mask of the batch, as broadcasting does in the published code.
    case allPairs = "all_pairs"
}
