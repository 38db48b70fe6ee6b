/// Something that a reader of the results must know about the images: one row of `/audit`.
public struct AuditFinding: Sendable, Equatable {
    /// What is looked for.
    public enum Check: String, Sendable, CaseIterable {
        /// A file that is in two sections.
        case sameImage = "same_image"
        /// Files of equal bytes.
        case sameContent = "same_content"
        /// A group, such as a patient, that is in two sections.
        case sameGroup = "same_group"
        /// Masks that choose checkpoints or are trained on, and are reported.
        case tunedMasks = "masks_tuned_and_reported"
        /// Labels that choose checkpoints and are reported.
        case tunedLabels = "labels_tuned_and_reported"
    }

    /// The raw value of a ``Check``; a newer program may write others.
    public var check: String
    /// The section whose images are counted, such as `evaluate`.
    public var section: String
    /// The section that they are compared with; the same for copies within one.
    public var other: String
    /// Images, or groups for ``Check/sameGroup``.
    public var count: Int
    /// Up to three of them, separated by "; ".
    public var example: String

    public init(
        check: Check, section: String, other: String, count: Int, examples: [String]
    ) {
        self.init(
            check: check.rawValue, section: section, other: other, count: count,
            example: examples.prefix(3).joined(separator: "; "))
    }

    init(check: String, section: String, other: String, count: Int, example: String) {
        self.check = check
        self.section = section
        self.other = other
        self.count = count
        self.example = example
    }

    /// The finding in one line.
    public var text: String {
        let images = count == 1 ? "1 image" : "\(count) images"
        let are = count == 1 ? "is" : "are"
        let have = count == 1 ? "has" : "have"
        let what =
            switch Check(rawValue: check) {
            case .sameImage: "\(images) of \(section) \(are) in \(other) too"
            case .sameContent where section == other:
                "\(images) of \(section) \(have) the same content as an earlier one"
            case .sameContent:
                "\(images) of \(section) \(have) the same content as one of \(other)"
            case .sameGroup:
                "\(count) \(count == 1 ? "group" : "groups") of \(section) \(are) in \(other) too"
            case .tunedMasks where section == other:
                "the masks of \(images) of \(section) choose the best checkpoints and are reported"
            case .tunedMasks:
                "the masks of \(images) of \(section) are used by \(other) and are reported"
            case .tunedLabels:
                "the labels of \(images) of \(section) choose the best checkpoints and are reported"
            case nil: "\(check): \(count) of \(section) and \(other)"
            }
        return "audit: \(what)" + (example.isEmpty ? "" : ", such as \(example)")
    }
}
