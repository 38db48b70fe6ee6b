import PlumblineData

/// Evaluation images that a model is trained on too, or whose groups (patients) it is trained on.
struct Overlap {
    /// Evaluation images that are in training.
    let images: Int
    /// Further evaluation images whose group is in training.
    let relatives: Int
    private let training: LabelledImages
    private let evaluation: LabelledImages

    /// Where a group is not known, only files are compared.
    init(_ training: LabelledImages, _ evaluation: LabelledImages) {
        let memberships = Self.members(of: evaluation, in: training)
        images = memberships.filter { $0 == .image }.count
        relatives = memberships.filter { $0 == .relative }.count
        self.training = training
        self.evaluation = evaluation
    }

    /// Says what overlaps.
    ///
    /// Evaluation on training images only measures how well they are fitted: this is allowed, with
    /// a warning. If only some evaluation images are trained on, no figure shows it: this is an
    /// error.
    ///
    /// - Throws: ``ConfigurationError`` for a part, unless `data.allow_overlap` is set.
    func check(_ configuration: Configuration) throws {
        guard images + relatives > 0 else { return }
        if images == evaluation.count {
            Progress.warn(
                "\(evaluation.section): all \(images) images are trained on too "
                    + "(\(training.section)): figures are of training images")
            return
        }
        let text =
            "of \(evaluation.count) images, \(images) are trained on too "
            + "(\(training.section)), and "
            + "\(relatives) more are of the same patients or groups"
        try report(text, isError: true, configuration)
    }

    /// Warns, or throws where `isError` is true and `data.allow_overlap` is not set.
    private func report(_ text: String, isError: Bool, _ configuration: Configuration) throws {
        guard !isError || configuration.data.allowsOverlap else {
            throw ConfigurationError(
                configuration.file, "\(evaluation.section).labels",
                "\(text); leave them out, or set data.allow_overlap: true")
        }
        Progress.warn("\(evaluation.section): \(text)")
    }

    /// Says which evaluation images have the content of training images under another name.
    ///
    /// They are treated as ``check(_:)`` treats the same images.
    ///
    /// - Throws: ``ConfigurationError`` for a part, unless `data.allow_overlap` is set.
    func checkCopies(_ contents: ImageContents, _ configuration: Configuration) throws {
        let copies = contents.copies(
            evaluation.examples, evaluation.identities, of: training.examples, training.identities)
        guard let first = copies.first else { return }
        let text =
            "of \(evaluation.count) images, \(copies.count) have the same content as images that "
            + "are trained on (\(training.section)), such as \(first.copy.id) = \(first.original)"
        try report(text, isError: images + copies.count < evaluation.count, configuration)
    }

    /// The images of `training` that are no images of `evaluation` and none of its groups.
    static func without(_ evaluation: LabelledImages, _ training: LabelledImages) -> LabelledImages
    {
        let memberships = members(of: training, in: evaluation)
        return training.filtered { memberships[$0] == nil }
    }

    private enum Membership {
        case image
        case relative
    }

    private static func members(of some: LabelledImages, in others: LabelledImages)
        -> [Membership?]
    {
        let images = Set(others.identities)
        let groups = Set(others.examples.compactMap(\.group))
        return some.examples.indices.map { index in
            if images.contains(some.identities[index]) { return .image }
            return some.examples[index].group.map(groups.contains) == true ? .relative : nil
        }
    }
}
