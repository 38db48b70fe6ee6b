import PlumblineMetrics

/// The share of the positive relevance in the regions of other classes.
public struct WrongRegionMass: MapMetric {
    public init() {}

    public var quantity: Quantity {
        Quantity(
            "wrong_region_mass", direction: .lowerIsBetter,
            definition: "sum(R W) / sum(R), W the pixels of other annotated classes alone")
    }

    public var needs: Needs { [.map] }

    public func scores(_ evidence: MapEvidence) throws -> [Score] {
        guard let others = try evidence.otherClasses() else { return missing(.noOtherClass) }
        let map = evidence.heatMap(height: others.height, width: others.width)
        return [Score(name, massAccuracy(map, others.pixels))]
    }
}

/// The share of the positive relevance in the border of the image.
public struct BorderMass: MapMetric {
    public init() {}

    public var quantity: Quantity {
        Quantity(
            "border_mass", direction: .lowerIsBetter,
            definition: "share of the relevance in the outer tenth of each side")
    }

    public var needs: Needs { [.map] }

    public func scores(_ evidence: MapEvidence) throws -> [Score] {
        [Score(name, RelevanceShares.borderMass(try evidence.heatMap()))]
    }
}
