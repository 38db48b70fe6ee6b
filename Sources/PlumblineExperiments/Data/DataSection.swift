import PlumblineData

/// Images that a run uses for one purpose.
public struct DataSection: Sendable {
    /// What a run does with the images.
    enum Role: Int {
        case training
        /// Checkpoints are chosen on them.
        case selection
        case evaluation
    }

    /// `start`, `align` or `evaluate`; with ": selection" for images that are held out of training
    /// to choose checkpoints.
    public let name: String
    public let examples: [Example]
    let role: Role
    /// Whether the masks of the target are trained on.
    let trainsOnMasks: Bool
    /// What tells each image from all others.
    let identities: [ImageIdentity]
    /// What its format left out, if no other section says it.
    let omissions: [FormattedImages.Omission]

    private init(
        _ name: String, _ examples: [Example], of images: LabelledImages, _ role: Role,
        omissions: [FormattedImages.Omission]
    ) {
        self.name = name
        self.examples = examples
        self.role = role
        trainsOnMasks = images.section == "data.align" && role != .evaluation
        identities = examples.map { ImageIdentity($0, of: images.source) }
        self.omissions = omissions
    }

    /// The sections of a run, with the images that `data.selection: held_out` sets apart.
    ///
    /// Without images of its own, the starting model is trained on those of `align`.
    ///
    /// - Throws: ``ConfigurationError`` where the images cannot be divided.
    static func all(
        _ sections: DataSections, _ configuration: Configuration
    ) throws -> [DataSection] {
        let settings = configuration.data
        let reported = try sections.evaluate.dataset(settings, isTraining: false)
        var result: [DataSection] = []
        for (name, images) in [("start", sections.start), ("align", sections.align)] {
            guard let images else { continue }
            let split = try SelectionSplit(
                images.dataset(settings, isTraining: true), reported: reported, configuration)
            result.append(
                DataSection(
                    name, split.training.items, of: images, .training,
                    omissions: images.omissions))
            if settings.selection == .heldOut, let chosen = split.selection {
                result.append(
                    DataSection(
                        "\(name): selection", chosen.items, of: images, .selection,
                        omissions: []))
            }
        }
        let isOwn = settings.evaluate.isGiven && settings.evaluate != settings.align
        result.append(
            DataSection(
                "evaluate", sections.evaluate.examples, of: sections.evaluate, .evaluation,
                omissions: isOwn ? sections.evaluate.omissions : []))
        return result
    }
}
