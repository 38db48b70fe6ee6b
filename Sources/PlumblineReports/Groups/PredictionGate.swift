import PlumblineStatistics

/// Whether the fine-tuned models of a group predict no worse than their starting models: the
/// condition under which a gap says something about explanations.
///
/// Each scenario's loss is its AUROC less that of the starting model, on the same images. It is
/// tested for non-inferiority (``PlumblineStatistics/MarginTest``, 5%): with several starting
/// models by Student's t over them (CR2), with one by DeLong's variance for each pair, where the
/// worst pair counts.
struct PredictionGate {
    let scenario: String
    let state: AUROCGate
    /// The mean change of the AUROC, or that of the worst pair.
    private(set) var change: Double?
    /// The change is above this, one-sided at 95%.
    private(set) var lower: Double?
    private(set) var pValue: Double?
    let reason: String

    /// With fewer positive or negative images DeLong's interval covers too rarely.
    private static let fewest = 10

    private init(
        _ scenario: String, _ state: AUROCGate, _ change: Double? = nil, _ test: MarginTest? = nil,
        _ reason: String
    ) {
        (self.scenario, self.state, self.reason) = (scenario, state, reason)
        (self.change, lower, pValue) = (change, test?.lower, test?.pValue)
    }

    static func of(
        _ scenario: String, _ members: [GapPair], margin: Double,
        run: (GapPair) -> ScoredImages
    ) -> PredictionGate {
        var known: Set<[String]> = []
        // A model that is evaluated under several explanations predicts once.
        let distinct = members.filter { pair in
            known.insert([pair.startName, run(pair).run.checkpointHash, pair.name]).inserted
        }
        let lacking = distinct.count { $0.start == nil }
        guard lacking == 0, !distinct.isEmpty else {
            return PredictionGate(
                scenario, .open, nil, nil,
                "the starting model of \(lacking) of \(distinct.count) pairs has no results")
        }
        let results = distinct.map { pair in
            PredictionPairing(run(pair).images, pair.start!.images).auroc
        }
        guard Set(distinct.map(\.startName)).count > 1 else {
            return results.map { single(scenario, $0, margin) }.max { $0.rank < $1.rank }!
        }
        var changes: [Double] = []
        for result in results {
            switch result {
            case .failure(let defect): return PredictionGate(scenario, .open, defect.rawValue)
            case .success(let difference): changes.append(difference.difference)
            }
        }
        return several(scenario, changes, distinct.map(\.startName), margin)
    }

    private init(_ scenario: String, _ state: AUROCGate, _ reason: String) {
        self.init(scenario, state, nil, nil, reason)
    }

    private static func several(
        _ scenario: String, _ changes: [Double], _ starts: [String], _ margin: Double
    ) -> PredictionGate {
        let mean = changes.reduce(0, +) / Double(changes.count)
        guard let clustered = ClusteredMean(changes, groups: starts),
            let test = MarginTest.nonInferiority(
                clustered.mean, standardError: clustered.standardError,
                degrees: clustered.degrees, margin: margin)
        else {
            return PredictionGate(
                scenario, mean > -margin ? .passes : .fails, mean, nil,
                "all starting models change alike")
        }
        let units = "over \(clustered.units) starting models"
        return PredictionGate(scenario, judged(test), mean, test, units)
    }

    private static func single(
        _ scenario: String, _ result: Result<AUROCDifference, AUROCDefect>, _ margin: Double
    ) -> PredictionGate {
        let found: AUROCDifference
        switch result {
        case .failure(let defect): return PredictionGate(scenario, .open, defect.rawValue)
        case .success(let difference): found = difference
        }
        if found.variance > 0 {
            guard min(found.positiveUnits, found.negativeUnits) >= fewest else {
                return PredictionGate(
                    scenario, .open, found.difference, nil,
                    "fewer than \(fewest) positive or negative images or patients")
            }
            let test = MarginTest.nonInferiority(
                found.difference, standardError: found.variance.squareRoot(),
                degrees: .infinity, margin: margin)
            return PredictionGate(
                scenario, test.map { judged($0) } ?? .open, found.difference, test,
                "DeLong, one starting model")
        }
        guard let interval = found.interval else {
            return PredictionGate(
                scenario, .open, found.difference, nil, "the difference has no variance")
        }
        let state: AUROCGate =
            interval.lower >= -margin ? .passes : interval.upper < -margin ? .fails : .open
        return PredictionGate(scenario, state, found.difference, nil, interval.method)
    }

    private static func judged(_ test: MarginTest) -> AUROCGate {
        if test.isSupported { return .passes }
        return test.upper < -test.margin ? .fails : .open
    }

    /// The worse, the higher.
    var rank: Int {
        switch state {
        case .passes: 0
        case .open, .notDeclared: 1
        case .fails: 2
        }
    }
}
