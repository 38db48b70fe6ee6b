/// The paired differences of a score between two models on the same images, summarised.
public struct PairedGap: Sendable {
    public let count: Int
    public let mean: Double
    public let median: Double
    /// 95% interval of the mean; `nil` as for ``GapInterval/recommended(_:groups:seed:)``.
    public let interval: Interval?
    /// Over groups where they are given; `nil` as for `wilcoxonSignedRank`.
    public let test: WilcoxonResult?

    /// `nil` without differences.
    ///
    /// `groups` names the patient of each difference. The same differences, groups and seed give
    /// the same summary, whatever their order.
    public init?(_ differences: [Double], groups: [String]? = nil, seed: UInt64 = 0) {
        guard !differences.isEmpty else { return nil }
        let sorted = differences.sorted()
        let n = sorted.count
        count = n
        mean = sorted.reduce(0, +) / Double(n)
        median = n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2
        interval = GapInterval.recommended(differences, groups: groups, seed: seed)
        test =
            groups.map { clusteredWilcoxon(differences, groups: $0) }
            ?? wilcoxonSignedRank(differences)
    }
}
