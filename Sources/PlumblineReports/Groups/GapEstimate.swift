import PlumblineStatistics

/// The gap of one score over the pairs of a group, with its intervals and tests.
///
/// All differences count alike: image by image, and pair by pair.
struct GapEstimate {
    /// An interval, or why there is none.
    struct Row {
        let statistic: String
        let name: String
        let interval: Interval?
    }

    /// A test of a gap of 0.
    struct Test {
        let name: String
        let pValue: Double?
        let note: String
    }

    let pairs: Int
    let starts: Int
    let images: Int
    let values: [Double]
    let missing: [String: Int]
    private let patients: [String]
    private let imageNames: [String]
    private let startNames: [String]
    private let pairNames: [String]
    /// Whether some image says its patient.
    let knowsPatients: Bool

    init(
        _ key: ScoreKey, _ members: [GapPair], scenarios: (first: String, second: String)
    ) {
        var values: [Double] = []
        var missing: [String: Int] = [:]
        var (images, patients, starts, names) = ([String](), [String](), [String](), [String]())
        var isGrouped = false
        for pair in members {
            let scores = PairedScores(
                key, chance: nil, pair.first, pair.second, names: scenarios)
            values += scores.differences
            images += scores.images
            isGrouped = isGrouped || !scores.groups.allSatisfy(\.isEmpty)
            // An image without a patient is one of its own, in all pairs.
            patients += zip(scores.groups, scores.images).map {
                $0.isEmpty ? "image \($1)" : "patient \($0)"
            }
            starts += scores.images.map { _ in pair.startName }
            names += scores.images.map { _ in pair.name }
            missing.merge(scores.missing, uniquingKeysWith: +)
        }
        (self.values, self.missing, imageNames) = (values, missing, images)
        (self.patients, startNames, pairNames) = (patients, starts, names)
        knowsPatients = isGrouped
        self.pairs = Set(names).count
        self.starts = Set(starts).count
        self.images = Set(images).count
    }

    var mean: Double? {
        values.isEmpty ? nil : values.sorted().reduce(0, +) / Double(values.count)
    }

    var median: Double? { values.isEmpty ? nil : Self.median(values) }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1
            ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// What the recommended interval speaks about.
    var covers: String {
        if pairs < 2 { return "images only, one seed" }
        if starts < 2 { return "images and \(pairs) pairs of one starting model" }
        return "images and \(starts) starting models"
    }

    /// The interval to print: of images or patients for one pair; of these and of starting models
    /// (or pairs of one) for several.
    var recommended: Interval? {
        guard pairs > 1 else {
            return GapInterval.recommended(values, groups: knowsPatients ? patients : nil)
        }
        return GapInterval.crossed(
            values, images: patients, pairs: starts > 1 ? startNames : pairNames)
    }

    /// All intervals; the bootstrap's have this many resamples.
    func intervals(resamples: Int) -> [Row] {
        func bootstrap(
            _ method: BootstrapInterval.Method, _ groups: [String],
            _ statistic: ([Double]) -> Double
        ) -> Interval? {
            BootstrapInterval.compute(
                values, groups: groups, method: method, resamples: resamples,
                statistic: statistic)
        }
        let mean = { (drawn: [Double]) in drawn.reduce(0, +) / Double(drawn.count) }
        var rows = [Row(statistic: "mean", name: "recommended", interval: recommended)]
        let units = [("image", imageNames)] + (knowsPatients ? [("patient", patients)] : [])
        for (unit, names) in units {
            for method in [BootstrapInterval.Method.percentile, .bca] {
                rows.append(
                    Row(
                        statistic: "mean", name: "\(method.rawValue) by \(unit)",
                        interval: bootstrap(method, names, mean)))
            }
            rows.append(
                Row(
                    statistic: "median", name: "percentile by \(unit)",
                    interval: bootstrap(.percentile, names, Self.median)))
            rows.append(
                Row(
                    statistic: "mean", name: "CR2 by \(unit)",
                    interval: ClusteredMean(values, groups: names)?.interval()))
        }
        guard starts > 1 else { return rows }
        rows.append(
            Row(
                statistic: "mean", name: "CR2 by starting model",
                interval: ClusteredMean(values, groups: startNames)?.interval()))
        return rows
    }

    /// Wilcoxon over images or patients, sign flips over starting models, and cluster-robust t.
    var tests: [Test] {
        let isRepeated = Set(patients).count < patients.count
        let wilcoxon =
            isRepeated ? clusteredWilcoxon(values, groups: patients) : wilcoxonSignedRank(values)
        let clustered = ClusteredMean(values, groups: startNames)
        let crossed = CrossedMean(values, first: patients, second: startNames)
        let flips = starts > 1 ? signFlipTest(startMeans) : nil
        let alone = "there is one starting model"
        let unit = knowsPatients ? "patients" : "images"
        return [
            Test(
                name: "Wilcoxon over \(unit)", pValue: wilcoxon?.pValue,
                note: wilcoxon?.method.rawValue ?? "every difference is 0, or there is none"),
            Test(
                name: "sign flips over starting models", pValue: flips?.pValue,
                note: flips.map {
                    "\($0.isExact ? "exact" : "random"), \($0.patterns) patterns"
                } ?? alone),
            Test(
                name: "CR2 by starting model", pValue: clustered?.pValue,
                note: clustered.map { "t, \(Self.short($0.degrees)) degrees of freedom" }
                    ?? (starts > 1 ? "starting models do not differ" : alone)),
            Test(
                name: "\(unit) x starting models", pValue: crossed?.pValue,
                note: crossed.map { "t, \(Self.short($0.degrees)) degrees of freedom" }
                    ?? (starts > 1 ? "differences do not spread" : alone)),
        ]
    }

    /// The mean gap of each starting model, in the order of their names.
    private var startMeans: [Double] {
        let groups = Dictionary(grouping: zip(startNames, values), by: \.0)
        return groups.keys.sorted().map { start in
            let own = groups[start]!.map(\.1).sorted()
            return own.reduce(0, +) / Double(own.count)
        }
    }

    private static func short(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
