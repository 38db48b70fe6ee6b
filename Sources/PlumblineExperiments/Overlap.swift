import PlumblineData

/// Images of evaluation that a model is trained on too, or that belong to the same groups
/// (patients).
struct Overlap {
    /// Evaluation images that are in training.
    let images: Int
    /// Further evaluation images whose group is in training.
    let relatives: Int
    private let training: LabelledImages
    private let evaluation: LabelledImages

    /// Where a group is not known, only files are compared.
    init(_ training: LabelledImages, _ evaluation: LabelledImages) {
        let found = Self.members(of: evaluation, in: training)
        images = found.filter { $0 == .image }.count
        relatives = found.filter { $0 == .relative }.count
        (self.training, self.evaluation) = (training, evaluation)
    }

    /// Says what overlaps.
    ///
    /// An evaluation that consists of training images alone is a measurement of its own kind (how
    /// well they are fitted), and only said. A part of them is a leak that no figure shows, and
    /// refused.
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
            "of \(evaluation.count) images, \(images) are trained on too (\(training.section)), and "
            + "\(relatives) more are of the same patients or groups"
        guard configuration.data.allowsOverlap else {
            throw ConfigurationError(
                configuration.file, "\(evaluation.section).labels",
                "\(text); leave them out, or set data.allow_overlap: true")
        }
        Progress.warn("\(evaluation.section): \(text)")
    }

    /// The images of `training` that are no images of `evaluation` and none of its groups.
    static func without(_ evaluation: LabelledImages, _ training: LabelledImages) -> LabelledImages
    {
        let found = members(of: training, in: evaluation)
        return training.filtered { found[$0] == nil }
    }

    private enum Membership { case image, relative }

    private static func members(of some: LabelledImages, in others: LabelledImages)
        -> [Membership?]
    {
        let files = Set(others.identities), groups = Set(others.films.compactMap(\.group))
        return some.films.indices.map { index in
            if files.contains(some.identities[index]) { return .image }
            return some.films[index].group.map(groups.contains) == true ? .relative : nil
        }
    }
}
