import PlumblineTensors

/// Whether explanations are trained towards the masks or away from them.
public enum Scenario: String, Sendable, CaseIterable {
    case align, misalign
}

/// Which masks a relevance map is compared with.
public enum LocationPairing: String, Sendable, CaseIterable {
    /// Its own.
    case own
    /// Every mask of the batch, as broadcasting does in the published code.
    case allPairs = "all_pairs"
}

/// The location loss (arXiv 2311.04813): the mean squared difference between normalised relevance
/// and its goal.
public struct LocationLoss: Sendable {
    /// Drop negative relevance before averaging channels.
    public var rectifies = true
    public var pairing = LocationPairing.own

    public init(rectifies: Bool = true, pairing: LocationPairing = .own) {
        self.rectifies = rectifies
        self.pairing = pairing
    }

    /// - Parameters:
    ///   - relevance: `[n, height, width, channels]`
    ///   - goals: `[n, height, width]` in `[0, 1]`
    /// - Returns: a scalar.
    public func callAsFunction(_ relevance: Tensor, _ goals: Tensor) -> Tensor {
        let normalised = self.normalised(relevance)
        switch pairing {
        case .own: return (normalised - goals).power(2).mean()
        case .allPairs:
            let shape = goals.shape
            return (normalised - goals.reshaped([shape[0], 1, shape[1], shape[2]])).power(2).mean()
        }
    }

    /// `(R - min R) / (max R - min R + 1e-6)` per image, of the channels' mean.
    public func normalised(_ relevance: Tensor) -> Tensor {
        let map = (rectifies ? relevance.relu() : relevance).mean([3])
        let low = map.min([1, 2], keepingDimensions: true),
            high = map.max([1, 2], keepingDimensions: true)
        return (map - low) / (high - low + 1e-6)
    }
}
