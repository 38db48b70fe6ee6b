import PlumblineTensors

/// How far relevance is from its goal, which is the mask or what a scenario makes of it.
public struct LocationLoss: Sendable, Equatable {
    /// The formula.
    public enum Kind: String, Sendable, CaseIterable {
        /// ``MeanSquaredLocation``: the paper's.
        case mse
        /// ``EnergyLocation``.
        case energy
        /// ``AbsoluteLocation``.
        case l1
        /// ``RightReasonsLocation``.
        case rrr
        /// ``CrossEntropyLocation``.
        case ppce
        /// ``HarmonizationLocation``.
        case harmonization

        var formula: any LocationFormula {
            switch self {
            case .mse: MeanSquaredLocation()
            case .energy: EnergyLocation()
            case .l1: AbsoluteLocation()
            case .rrr: RightReasonsLocation()
            case .ppce: CrossEntropyLocation()
            case .harmonization: HarmonizationLocation()
            }
        }
    }

    public var kind = Kind.mse
    /// Whether negative relevance is set to 0 before channels are averaged.
    public var rectifies: Bool
    public var pairing: LocationPairing

    public init(rectifies: Bool = true, pairing: LocationPairing = .own, kind: Kind = .mse) {
        self.rectifies = rectifies
        self.pairing = pairing
        self.kind = kind
    }

    /// - Parameters:
    ///   - relevance: `[n, height, width, channels]`
    ///   - goals: `[n, height, width]` in `[0, 1]`
    /// - Returns: a scalar, the mean over images.
    public func callAsFunction(_ relevance: Tensor, _ goals: Tensor) -> Tensor {
        if kind == .mse {
            return MeanSquaredLocation().mean(normalised(relevance), goals, pairing)
        }
        return kind.formula.losses(relevance, goals, self).mean()
    }

    /// The mean over channels, `[n, height, width]`, of the relevance or of its positive part.
    func pooled(_ relevance: Tensor) -> Tensor {
        (rectifies ? relevance.relu() : relevance).mean([3])
    }

    /// `(R - min R) / (max R - min R + 1e-6)` per image, where R is the mean over channels.
    ///
    /// - Parameter relevance: `[n, height, width, channels]`
    /// - Returns: `[n, height, width]`
    public func normalised(_ relevance: Tensor) -> Tensor {
        let map = pooled(relevance)
        let low = map.min([1, 2], keepingDimensions: true)
        let high = map.max([1, 2], keepingDimensions: true)
        return (map - low) / (high - low + 1e-6)
    }
}
