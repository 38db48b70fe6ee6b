import PlumblineTensors

/// The location loss (arXiv 2311.04813): the mean squared difference between normalised relevance
/// and its goal, which is the mask or its complement.
public struct LocationLoss: Sendable, Equatable {
    /// Whether negative relevance is set to 0 before channels are averaged.
    public var rectifies: Bool
    public var pairing: LocationPairing

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

    /// `(R - min R) / (max R - min R + 1e-6)` per image, where R is the mean over channels.
    ///
    /// - Parameter relevance: `[n, height, width, channels]`
    /// - Returns: `[n, height, width]`
    public func normalised(_ relevance: Tensor) -> Tensor {
        let map = (rectifies ? relevance.relu() : relevance).mean([3])
        let low = map.min([1, 2], keepingDimensions: true)
        let high = map.max([1, 2], keepingDimensions: true)
        return (map - low) / (high - low + 1e-6)
    }
}
