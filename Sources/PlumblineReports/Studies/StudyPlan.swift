/// What a study claims and how it will be judged, declared before its sweep is run.
///
/// The unit of all inference is a fine-tuned pair (the same cell, aligned and misaligned) within
/// its starting model: pairs of one starting model are dependent, starting models are not.
public struct StudyPlan: Sendable {
    /// How the p values of a family are corrected.
    public enum Correction: String, CaseIterable, Sendable {
        case holm
        case benjaminiHochberg = "benjamini_hochberg"
        case none
    }

    /// When the study may be judged.
    public enum Stopping: Sendable, Equatable {
        /// After all cells of the plan are done, or have failed.
        case allCells
        /// For each claim, after it has this many fine-tuned pairs.
        case pairs(Int)
    }

    /// In the order of the file.
    public var claims: [StudyClaim] = []
    /// By name; a claim that names none is in `main`.
    public var families: [String: Correction] = [:]
    /// Of each test, after the correction.
    public var level = 0.05
    /// The largest loss of AUROC against the starting model that counts as none; `nil` for no gate.
    public var aurocMargin: Double?
    /// The scenarios whose difference is the gap: the first minus the second.
    public var pair = (first: "align", second: "misalign")
    public var stopping = Stopping.allCells
    /// The power that ``StudyPower`` looks for.
    public var power = 0.8
    /// Results of an earlier sweep with the spread between starting models; empty for none.
    public var earlier = ""
    /// The SHA-256 of the plan, in 64 hexadecimal digits.
    public var hash = ""

    public init() {}

    /// The claims of a family, which are corrected together.
    func members(_ family: String) -> [Int] {
        claims.indices.filter { claims[$0].family == family }
    }

    /// The level of a single test that certainly stands after the correction: the level divided by
    /// the number of claims in the family.
    func strictLevel(_ claim: StudyClaim) -> Double {
        let count = families[claim.family] == Correction.none ? 1 : members(claim.family).count
        return level / Double(max(1, count))
    }
}
