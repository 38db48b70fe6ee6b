import PlumblineData
import PlumblineStorage

/// Looks for images that are in the data more often than a reader of the results would think.
///
/// Sections that are trained on may share images. A section that judges, by which checkpoints are
/// chosen or scores are reported, should share none with the others.
struct DataAudit {
    private let sections: [DataSection]
    private let classes: [String]
    private let target: TargetClass
    private let selection: Configuration.Selection
    private let contents: ImageContents

    /// - Throws: ``ConfigurationError`` for a target that is not one of the classes.
    init(
        _ sections: [DataSection], contents: ImageContents, _ configuration: Configuration
    ) throws {
        self.sections = sections
        self.contents = contents
        classes = configuration.data.classes
        target = try ResolvedConfiguration(configuration).target
        selection = configuration.data.selection
    }

    /// What was found, within each section and then between them.
    var findings: [AuditFinding] {
        var findings = sections.compactMap { repeats(in: $0) }
        for judge in sections where judge.role != .training {
            for other in sections where other.role.rawValue < judge.role.rawValue {
                findings += comparison(of: judge, with: other)
            }
        }
        return findings + sections.filter { $0.role == .evaluation }.flatMap { choices(on: $0) }
    }

    /// Whether ``Overlap`` reports a finding already.
    static func isInOverlap(_ finding: AuditFinding) -> Bool {
        finding.section == "evaluate" && finding.other != finding.section
    }

    private func repeats(in section: DataSection) -> AuditFinding? {
        let pairs = contents.repeats(in: section.examples)
        return finding(
            .sameContent, section, section, pairs.map { "\($0.copy.id) = \($0.original)" })
    }

    private func comparison(
        of judge: DataSection, with other: DataSection
    ) -> [AuditFinding] {
        let identities = Set(other.identities)
        let images = zip(judge.examples, judge.identities).filter { identities.contains($1) }
            .map { $0.0 }
        let copies = contents.copies(
            judge.examples, judge.identities, of: other.examples, other.identities)
        let pairs = copies.map { "\($0.copy.id) = \($0.original)" }
        let groups = Set(judge.examples.compactMap(\.group)).intersection(
            other.examples.compactMap(\.group))
        let masks = (images + copies.map(\.copy)).filter(hasMask).map(\.id)
        let isMaskReported = judge.role == .evaluation && other.trainsOnMasks
        return [
            finding(.sameImage, judge, other, images.map(\.id)),
            finding(.sameContent, judge, other, pairs),
            finding(.sameGroup, judge, other, groups.sorted()),
            isMaskReported ? finding(.tunedMasks, judge, other, masks) : nil,
        ].compactMap { $0 }
    }

    /// Reported images that the best checkpoints are chosen on.
    private func choices(on evaluation: DataSection) -> [AuditFinding] {
        let isLabelUsed = selection == .evaluation || selection == .published
        let labelled = isLabelUsed ? evaluation.examples.map(\.id) : []
        let masks = selection == .evaluation ? evaluation.examples.filter(hasMask).map(\.id) : []
        return [
            finding(.tunedMasks, evaluation, evaluation, masks),
            finding(.tunedLabels, evaluation, evaluation, labelled),
        ].compactMap { $0 }
    }

    private func finding(
        _ check: AuditFinding.Check, _ section: DataSection, _ other: DataSection,
        _ examples: [String]
    ) -> AuditFinding? {
        guard !examples.isEmpty else { return nil }
        return AuditFinding(
            check: check, section: section.name, other: other.name, count: examples.count,
            examples: examples)
    }

    /// Whether a positive image has a region of the target.
    ///
    /// No pixel is computed.
    private func hasMask(_ example: Example) -> Bool {
        guard let index = example.index(of: target) ?? example.index(of: .label),
            example.isPositive(index)
        else { return false }
        return example.annotations.contains { $0.className == classes[index] && $0.part == nil }
    }
}
