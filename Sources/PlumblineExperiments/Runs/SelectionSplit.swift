import PlumblineData
import PlumblineStorage
import PlumblineTensors

/// The images that a stage trains on, and those that its best checkpoints are chosen on.
struct SelectionSplit {
    let training: ImageDataset
    /// `nil` where nothing is evaluated while training.
    let selection: ImageDataset?

    /// Whose labels each training image has, if `train.permuted_labels` is set.
    private(set) var permutedLabels: [PermutedLabel]?

    /// The training images whose masks are used; `nil` for all of them.
    private(set) var annotated: AnnotatedShare?

    /// The same with the masks of a share of the training images (`align.annotated_fraction`).
    func annotating(_ configuration: Configuration) -> SelectionSplit {
        let fraction = configuration.align.annotatedFraction
        guard fraction < 1 else { return self }
        let share = AnnotatedShare(training, fraction: fraction, seed: configuration.seed)
        var split = SelectionSplit(
            training: training.keepingAnnotations(of: Set(share.images)), selection: selection)
        split.annotated = share
        return split
    }

    private init(training: ImageDataset, selection: ImageDataset?) {
        self.training = training
        self.selection = selection
    }

    /// The same with permuted labels of the training images, if `train.permuted_labels` is set.
    func permutingLabels(_ configuration: Configuration) -> SelectionSplit {
        guard configuration.permutesLabels else { return self }
        let permutation = LabelPermutation(
            count: training.count, seed: UInt64(configuration.seed))
        var split = SelectionSplit(
            training: training.permutingLabels(permutation), selection: selection)
        split.permutedLabels = permutation.sources.enumerated().map { image, source in
            PermutedLabel(image: training.items[image].id, labelsOf: training.items[source].id)
        }
        return split
    }

    /// - Throws: ``ConfigurationError`` where a part would be empty, or where it is not known which
    ///   images belong together.
    init(_ data: ImageDataset, reported: ImageDataset, _ configuration: Configuration) throws {
        switch configuration.data.selection {
        case .trainingLoss: (training, selection) = (data, nil)
        case .evaluation, .published: (training, selection) = (data, reported)
        case .heldOut:
            let random = RandomGenerator(seed: UInt64(configuration.seed)).stream("selection")
            var chosen: [Int] = []
            for (index, item) in data.items.enumerated() {
                guard let group = item.group else {
                    throw ConfigurationError(
                        configuration.file, "data.selection",
                        "held_out needs to know which images belong to one patient, and "
                            + "\(item.id) does not say; name the column by data.group")
                }
                // By the group's name alone, so that other images do not move it.
                var draw = random.stream(group)
                if Double(draw.uniform()) < configuration.data.selectionShare {
                    chosen.append(index)
                }
            }
            let held = Set(chosen)
            let rest = data.items.indices.filter { !held.contains($0) }
            guard !chosen.isEmpty, !rest.isEmpty else {
                throw ConfigurationError(
                    configuration.file, "data.selection_share",
                    "\(configuration.data.selectionShare) of \(data.count) images leaves "
                        + "\(rest.count) to train on and \(chosen.count) to choose on")
            }
            (training, selection) = (data.subset(rest), data.subset(chosen))
        }
    }
}
