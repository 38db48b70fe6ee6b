import PlumblineStatistics

/// Whether the models of a claim predict as well as their starting models.
///
/// The loss is the AUROC after fine-tuning less that of the starting model, tested against the
/// declared margin by ``PlumblineStatistics/MarginTest`` over starting models. A gap is only a gap
/// at equal predictions if the losses of both scenarios are below the margin.
public enum AUROCGate: String, Sendable {
    case passes
    /// The loss is larger than the margin.
    case fails
    /// Neither is shown; more starting models are needed.
    case open
    /// No margin was declared.
    case notDeclared = "none declared"

    init(_ sample: ClaimSample, margin: Double?, level: Double) {
        guard let margin else {
            self = .notDeclared
            return
        }
        guard sample.withoutAUROC == 0, !sample.aurocChanges.isEmpty else {
            self = .open
            return
        }
        let states = [sample.aurocChanges.map(\.first), sample.aurocChanges.map(\.second)].map {
            Self.state($0, sample.aurocStarts, margin, level)
        }
        self = states.contains(.fails) ? .fails : states.contains(.open) ? .open : .passes
    }

    private static func state(
        _ changes: [Double], _ starts: [String], _ margin: Double, _ level: Double
    ) -> AUROCGate {
        guard let mean = ClusteredMean(changes, groups: starts),
            let test = MarginTest.nonInferiority(
                mean.mean, standardError: mean.standardError, degrees: mean.degrees,
                margin: margin, alpha: level)
        else {
            // Equal losses of several starting models, such as none at all, have no spread.
            guard Set(starts).count > 1, Set(changes).count == 1 else { return .open }
            return changes[0] > -margin ? .passes : .fails
        }
        if test.isSupported { return .passes }
        return test.upper < -margin ? .fails : .open
    }
}
