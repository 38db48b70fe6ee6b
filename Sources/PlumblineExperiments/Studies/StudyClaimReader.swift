import PlumblineReports
import PlumblineSettings
import Yams

/// Reads one claim of a study.
struct StudyClaimReader {
    private static let keys = [
        "metric", "part", "explanation", "where", "contrast", "expect", "margin", "family",
        "effect", "deviation",
    ]

    let file: String
    let axes: [SweepAxis]

    /// - Throws: ``ConfigurationError`` that names the key.
    func claim(_ name: String, _ node: Node) throws -> StudyClaim {
        guard let root = node.mapping else {
            throw refusal(name, "", "must be a mapping with metric and expect")
        }
        for key in root.map({ SweepAxis.label($0.key) }) where !Self.keys.contains(key) {
            throw refusal(
                name, key,
                "is no key of a claim; there are " + Self.keys.joined(separator: ", ")
                    + Self.keys.hint(for: key))
        }
        var claim = StudyClaim(name)
        claim.metric = try text(root, "metric", name)
        if root["part"] != nil { claim.part = try text(root, "part", name) }
        if root["explanation"] != nil {
            claim.explanation = try text(root, "explanation", name)
        }
        if root["family"] != nil { claim.family = try text(root, "family", name) }
        let expected = try text(root, "expect", name)
        guard let expectation = StudyClaim.Expectation(rawValue: expected) else {
            throw refusal(
                name, "expect",
                "must be one of "
                    + StudyClaim.Expectation.allCases.map(\.rawValue).joined(separator: ", ")
                    + ", not \(expected)")
        }
        claim.expectation = expectation
        claim.margin = try positive(root, "margin", name)
        guard expectation != .equivalent || claim.margin != nil else {
            throw refusal(name, "margin", "an equivalence needs one: a number above 0")
        }
        claim.effect = try positive(root, "effect", name)
        claim.deviation = try positive(root, "deviation", name)
        claim.levels = try levels(root["where"], name)
        claim.contrast = try contrast(root["contrast"], name)
        if let axis = claim.contrast?.axis, claim.levels[axis] != nil {
            throw refusal(name, "where.\(axis)", "is the axis of the contrast")
        }
        return claim
    }

    private func levels(_ node: Node?, _ claim: String) throws -> [String: [String]] {
        guard let node else { return [:] }
        guard let mapping = node.mapping else {
            throw refusal(claim, "where", "must be a mapping of axes to levels")
        }
        var levels: [String: [String]] = [:]
        for (key, value) in mapping {
            let axis = try axis(SweepAxis.label(key), "where", claim)
            let nodes = axis.level(SweepAxis.label(value)) == nil ? value.sequence : nil
            levels[axis.name] = try (nodes.map { Array($0) } ?? [value]).map {
                try level($0, axis, "where.\(axis.name)", claim)
            }
        }
        return levels
    }

    private func contrast(_ node: Node?, _ claim: String) throws -> StudyClaim.Contrast? {
        guard let node else { return nil }
        guard let mapping = node.mapping, mapping.count == 1, let entry = mapping.first,
            let levels = entry.value.sequence, levels.count == 2
        else {
            throw refusal(
                claim, "contrast", "must be an axis with two levels, as {axis: [first, second]}")
        }
        let axis = try axis(SweepAxis.label(entry.key), "contrast", claim)
        let names = try levels.map { try level($0, axis, "contrast.\(axis.name)", claim) }
        guard names[0] != names[1] else {
            throw refusal(claim, "contrast.\(axis.name)", "must be two different levels")
        }
        return StudyClaim.Contrast(axis: axis.name, first: names[0], second: names[1])
    }

    private func axis(_ name: String, _ key: String, _ claim: String) throws -> SweepAxis {
        let known = axes.filter { $0.name != SweepAxis.scenario }
        guard let axis = known.first(where: { $0.name == name }) else {
            throw refusal(
                claim, "\(key).\(name)",
                "is no axis of the sweep; there are "
                    + known.map(\.name).joined(separator: ", "))
        }
        return axis
    }

    private func level(
        _ node: Node, _ axis: SweepAxis, _ key: String, _ claim: String
    ) throws -> String {
        let label = SweepAxis.label(node)
        guard axis.level(label) != nil else {
            throw refusal(
                claim, key,
                "\(label) is no level of this axis; there are "
                    + axis.levels.map(\.label).joined(separator: ", "))
        }
        return label
    }

    private func text(_ root: Node.Mapping, _ key: String, _ claim: String) throws -> String {
        guard let text = root[Node(key)]?.scalar?.string, !text.isEmpty else {
            throw refusal(claim, key, "must be given as text")
        }
        return text
    }

    private func positive(
        _ root: Node.Mapping, _ key: String, _ claim: String
    ) throws -> Double? {
        guard let node = root[Node(key)] else { return nil }
        guard let value = node.float, value > 0, value.isFinite else {
            throw refusal(claim, key, "must be a number above 0")
        }
        return value
    }

    private func refusal(_ claim: String, _ key: String, _ problem: String) -> ConfigurationError {
        ConfigurationError(
            file, "study.claims.\(claim)" + (key.isEmpty ? "" : ".\(key)"), problem)
    }
}
