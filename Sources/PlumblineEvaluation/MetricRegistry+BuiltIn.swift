extension MetricRegistry {
    /// The metrics of this package.
    static let builtIn: [Entry] =
        localisation + detection + places + others + faithfulness + stability + sanity

    private static let localisation: [Entry] = [
        plain { MassAccuracy() },
        plain { RankAccuracy() },
        plain { MaskAreaShare() },
        plain { SaliencyCoverage() },
        overlap(.explanationCoverage),
        overlap(.groundTruthCoverage),
        overlap(.intersectionOverUnion),
        overlap(.dice),
        plain { SharedInterest() },
        Entry(name: "shared_interest_case", option: ruleOption, make: sharedInterestCases),
    ]

    private static let detection: [Entry] = [
        Entry(name: "pointing_game", option: "tolerance in pixels, such as 15", make: pointing),
        plain { PointingScore("hit_rate", tolerance: 0) },
        plain { EnergyPointingGame() },
        Entry(name: "top_k_intersection", option: "share of the pixels, such as 0.05", make: topK),
        plain { DetectionScore(.roc) },
        plain { DetectionScore(.precisionRecall) },
    ]

    private static let places: [Entry] = [
        plain { DualPolarityPrecision() },
        plain { WrongRegionMass() },
        plain { BorderMass() },
    ]

    private static let others: [Entry] = [
        Entry(name: "ph", option: "theta, a share of the range, such as 0.5", make: parts),
        plain { ComplexityScore(.sparseness) },
        plain { ComplexityScore(.entropy) },
        plain { ComplexityScore(.effectiveComplexity) },
    ]

    private static let faithfulness: [Entry] = [
        removal(.deletion),
        removal(.insertion),
        plain { PixelFlipping() },
        Entry(name: "irof", option: "segments: slic_300 or grid_8", make: irof),
        Entry(name: "infidelity", option: "what R is: gradient or contribution", make: infidelity),
        plain { AverageDrop() },
        plain { SubsetCorrelation.faithfulness },
        plain { SubsetCorrelation.sensitivityN },
        plain { ROAD() },
        plain { RegionPerturbation() },
        plain { Monotonicity() },
        plain { InDomainDeletion() },
        plain { RandomMaskFidelity() },
    ]

    private static let stability: [Entry] = [
        plain { NoiseSensitivity() },
        plain { LocalStability() },
        plain { Repeatability() },
    ]

    private static let sanity: [Entry] =
        ParameterRandomisation.Order.allCases.map { order in
            plain { ParameterRandomisation(order) }
        } + [
            plain { RandomClass() },
            plain { DataRandomisation() },
            plain { EdgeSimilarity() },
            plain { Completeness() },
        ]

    private static func plain(_ make: @escaping Make) -> Entry {
        let name = make().name
        return Entry(name: name, option: "") { option in
            guard option == nil else { throw noOption(name) }
            return make()
        }
    }

    // MARK: Metrics with an option

    private static let ruleOption =
        "the explained region: top_0.05, percentile_0.9, std_1, range_0.5 or otsu"

    private static func rule(_ option: String?) throws -> BinarisationRule {
        guard let option else { return BinarisationRule() }
        return try BinarisationRule(option)
    }

    private static func overlap(_ share: OverlapScore.Share) -> Entry {
        Entry(name: share.rawValue, option: ruleOption) { option in
            OverlapScore(share, try rule(option))
        }
    }

    private static func sharedInterestCases(_ option: String?) throws -> any Metric {
        SharedInterestCases(try rule(option))
    }

    private static func removal(_ direction: RemovalDirection) -> Entry {
        Entry(
            name: direction.rawValue,
            option: "what replaces pixels: blur, black or mean; or autotimm, its definition"
        ) { option in
            guard let option else { return RemovalScore(direction) }
            if option == "autotimm" { return AutoTimmRemoval(direction) }
            guard let replacement = Replacement(rawValue: option), replacement != .inverse else {
                throw MetricError(
                    "\(direction.rawValue):\(option): pixels are replaced by blur, black or mean; "
                        + "autotimm is its definition")
            }
            return RemovalScore(direction, replacement: replacement, suffix: ":\(option)")
        }
    }

    private static func irof(_ option: String?) throws -> any Metric {
        guard let option else { return IROF() }
        return IROF(try SegmentRule(option), suffix: ":\(option)")
    }

    private static func infidelity(_ option: String?) throws -> any Metric {
        guard let option else { return Infidelity() }
        guard let reading = Infidelity.Reading(rawValue: option) else {
            throw MetricError("infidelity:\(option): a map is read as gradient or contribution")
        }
        return Infidelity(reading, suffix: ":\(option)")
    }

    private static func pointing(_ option: String?) throws -> any Metric {
        guard let option else { return PointingScore() }
        guard let tolerance = Int(option), (0...1000).contains(tolerance) else {
            throw MetricError("pointing_game:\(option): the tolerance is from 0 to 1000 pixels")
        }
        return PointingScore("pointing_game:\(option)", tolerance: tolerance)
    }

    private static func topK(_ option: String?) throws -> any Metric {
        guard let option else { return TopKIntersection() }
        guard let share = Double(option), share > 0, share <= 1 else {
            throw MetricError(
                "top_k_intersection:\(option): a share above 0 and at most 1 is needed")
        }
        return TopKIntersection(share: share, suffix: ":\(option)")
    }

    private static func parts(_ option: String?) throws -> any Metric {
        guard let option else { return PartScores() }
        guard let theta = Double(option), theta >= 0, theta < 1 else {
            throw MetricError("ph:\(option): a share from 0 to below 1 is needed")
        }
        return PartScores(theta: theta, suffix: ":\(option)")
    }
}
