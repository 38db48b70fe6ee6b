import PlumblineReports
import PlumblineSettings
import Yams

/// Reads the section `study` of a sweep's file.
///
/// ```yaml
/// study:
///   level: 0.05
///   auroc_margin: 0.05               # no gate without it
///   stopping: all                    # or a number of fine-tuned pairs per claim
///   earlier: runs/pilot/collected.h5 # for the power
///   families: {main: holm}
///   claims:
///     bent: {metric: mass_accuracy, expect: positive, effect: 0.05}
///     start:
///       metric: mass_accuracy
///       contrast: {start: [phantoms, from_scratch]}
///       expect: equivalent
///       margin: 0.05
/// ```
struct StudyReader {
    private static let keys = [
        "level", "auroc_margin", "pair", "stopping", "power", "earlier", "families", "claims",
    ]

    let file: String
    let axes: [SweepAxis]

    /// - Throws: ``ConfigurationError`` that names the key.
    func plan(_ node: Node) throws -> StudyPlan {
        guard let root = node.mapping else {
            throw refusal("", "must be a mapping with claims")
        }
        try check(root, Self.keys, "")
        var plan = StudyPlan()
        plan.level = try share(root["level"], "level", 0.05, below: 0.5)
        plan.power = try share(root["power"], "power", 0.8, below: 1)
        plan.aurocMargin = try positive(root["auroc_margin"], "auroc_margin")
        plan.earlier = try text(root["earlier"], "earlier")
        if let pair = root["pair"] {
            let names = pair.sequence?.compactMap { $0.scalar?.string } ?? []
            guard names.count == 2, names[0] != names[1] else {
                throw refusal("pair", "must be two scenarios, as [align, misalign]")
            }
            plan.pair = (names[0], names[1])
        }
        try checkScenarios(plan.pair)
        plan.stopping = try stopping(root["stopping"])
        plan.families = try families(root["families"])
        guard let claims = root["claims"]?.mapping, !claims.isEmpty else {
            throw refusal("claims", "must be a mapping of names to claims")
        }
        let reader = StudyClaimReader(file: file, axes: axes)
        for (key, value) in claims {
            let claim = try reader.claim(SweepAxis.label(key), value)
            guard !plan.claims.contains(where: { $0.name == claim.name }) else {
                throw refusal("claims.\(claim.name)", "is there twice")
            }
            guard plan.families[claim.family] != nil else {
                throw refusal(
                    "claims.\(claim.name).family",
                    "\(claim.family) is no family; there are "
                        + plan.families.keys.sorted().joined(separator: ", "))
            }
            plan.claims.append(claim)
        }
        return plan
    }

    private func checkScenarios(_ pair: (first: String, second: String)) throws {
        guard let axis = axes.first(where: { $0.name == SweepAxis.scenario }) else { return }
        for name in [pair.first, pair.second] where axis.level(name) == nil {
            throw refusal(
                "pair",
                "\(name) is no scenario of the sweep; there are "
                    + axis.levels.map(\.label).joined(separator: ", "))
        }
    }

    private func stopping(_ node: Node?) throws -> StudyPlan.Stopping {
        guard let node else { return .allCells }
        if node.scalar?.string == "all" { return .allCells }
        guard let pairs = node.int, (2...1_000_000).contains(pairs) else {
            throw refusal("stopping", "must be all, or a number of fine-tuned pairs from 2 on")
        }
        return .pairs(pairs)
    }

    private func families(_ node: Node?) throws -> [String: StudyPlan.Correction] {
        guard let node else { return ["main": .holm] }
        guard let mapping = node.mapping else {
            throw refusal("families", "must be a mapping of names to corrections")
        }
        var families: [String: StudyPlan.Correction] = [:]
        for (key, value) in mapping {
            let name = SweepAxis.label(key)
            guard let correction = StudyPlan.Correction(rawValue: SweepAxis.label(value)) else {
                throw refusal(
                    "families.\(name)",
                    "must be one of "
                        + StudyPlan.Correction.allCases.map(\.rawValue).joined(separator: ", "))
            }
            families[name] = correction
        }
        return families
    }

    private func share(
        _ node: Node?, _ key: String, _ standard: Double, below limit: Double
    ) throws -> Double {
        guard let node else { return standard }
        guard let value = node.float, value > 0, value < limit else {
            throw refusal(key, "must be a number above 0 and below \(limit)")
        }
        return value
    }

    private func positive(_ node: Node?, _ key: String) throws -> Double? {
        guard let node else { return nil }
        guard let value = node.float, value > 0, value.isFinite else {
            throw refusal(key, "must be a number above 0")
        }
        return value
    }

    private func text(_ node: Node?, _ key: String) throws -> String {
        guard let node else { return "" }
        guard let text = node.scalar?.string, !text.isEmpty else {
            throw refusal(key, "must be the name of a file")
        }
        return text
    }

    private func check(_ root: Node.Mapping, _ keys: [String], _ place: String) throws {
        for name in root.map({ SweepAxis.label($0.key) }) where !keys.contains(name) {
            throw refusal(
                name,
                "is no key of a study; there are " + keys.joined(separator: ", ")
                    + keys.hint(for: name))
        }
    }

    private func refusal(_ key: String, _ problem: String) -> ConfigurationError {
        ConfigurationError(file, key.isEmpty ? "study" : "study.\(key)", problem)
    }
}
