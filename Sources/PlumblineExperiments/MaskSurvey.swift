import PlumblineData
import Foundation
import Synchronization
import PlumblineTensors

/// The masks of the target class of a data set, checked before the first step.
struct MaskSurvey {
    let images: LabelledImages
    /// The target in messages: the name of its class, or "their label".
    let target: String
    /// Images that show the target.
    private(set) var positives = 0
    /// Of these, images that have a mask of some pixels.
    private(set) var withMask = 0
    /// Of these, images whose mask has no pixel left at the model's size.
    private(set) var emptied = 0
    /// Images whose mask is wholly outside the part that the model sees.
    private(set) var outside = 0
    private let size: Int
    /// Whether masks were given, in a file or with the labels.
    private let hasMasks: Bool

    /// Compares the size of each mask with its image, then decodes the masks of positive images.
    ///
    /// The data set keeps the decoded masks at the model's size.
    ///
    /// - Throws: ``DatasetError`` for a mask of another size than its image, and for one that
    ///   cannot be read.
    init(_ images: LabelledImages, _ dataset: ImageDataset, target: TargetClass)
        throws
    {
        self.images = images
        self.target =
            if case .index(let index) = target { dataset.classes[index] } else { "their label" }
        size = dataset.preprocessing.size
        let positive = dataset.items.indices.filter { dataset.items[$0].isPositive(target) }
        positives = positive.count
        hasMasks =
            images.maskFile != nil
            || dataset.items.indices.contains { !Self.regions(dataset, $0).isEmpty }
        guard hasMasks else { return }
        try compareSizes(dataset)
        let counts = try Self.decodeMasks(
            dataset, positive,
            Progress("\(images.section): masks", total: positive.count, unit: " images"))
        withMask = counts.withMask
        emptied = counts.emptied
        outside = counts.outside
    }

    private struct Counts {
        var withMask = 0
        var emptied = 0
        var outside = 0
        var problem: (any Error)?
    }

    private static func decodeMasks(
        _ dataset: ImageDataset, _ positive: [Int], _ progress: Progress
    ) throws -> Counts {
        let counts = Mutex(Counts())
        for start in stride(from: 0, to: positive.count, by: 64) {
            try Interruption.check("while masks were read")
            let block = positive[start..<min(positive.count, start + 64)]
            Parallel.forRanges(block.count, grain: 1) { range in
                for place in range {
                    do {
                        let index = block[block.startIndex + place]
                        guard let mask = try dataset.resizedMask(index) else {
                            let isOutside = try dataset.maskIsOutsideCrop(index)
                            counts.withLock { $0.outside += isOutside ? 1 : 0 }
                            continue
                        }
                        let isEmpty = !mask.pixels.contains(true)
                        counts.withLock {
                            $0.withMask += 1
                            $0.emptied += isEmpty ? 1 : 0
                        }
                    } catch {
                        counts.withLock { $0.problem = $0.problem ?? error }
                    }
                }
            }
            if let problem = counts.withLock({ $0.problem }) { throw problem }
            if block.endIndex < positive.count { progress.update(block.endIndex) }
        }
        return counts.withLock { $0 }
    }

    /// Says in one line each what the masks lack.
    ///
    /// - Parameters:
    ///   - isTraining: whether a mask that is emptied by resizing counts as none.
    ///   - namesStrangers: whether to say that masks belong to no image.
    func note(
        isTraining: Bool, namesStrangers: Bool, _ settings: Configuration.AlignmentSettings
    ) {
        guard hasMasks else { return }
        if namesStrangers, let masks = images.maskFile, let name = masks.strangers.first {
            Progress.note(
                "\(masks.path): \(masks.strangers.count) of \(masks.images.count) images are none "
                    + "of \(images.name), such as \(name)")
        }
        let policy =
            isTraining
            ? " (align.positives_without_mask: \(settings.positivesWithoutMask.rawValue))" : ""
        if outside > 0 {
            Progress.note(
                "\(images.section): \(outside) of \(positives) masks of \(target) are outside the "
                    + "crop that the model sees (data.resize) and count as none\(policy)")
        }
        if withMask + outside < positives {
            Progress.note(
                "\(images.section): \(positives - withMask - outside) of \(positives) images "
                    + "with \(target) have no mask\(policy)")
        }
        if isTraining, emptied > 0 {
            Progress.note(
                "\(images.section): \(emptied) of \(withMask) masks of \(target) have no pixel "
                    + "left "
                    + "at \(size) x \(size) and count as none\(policy)")
        }
    }

    /// - Throws: an error where no positive image has a mask: nothing could be aligned or judged.
    func require(isTraining: Bool, _ configuration: Configuration) throws {
        guard hasMasks else {
            throw ConfigurationError(
                configuration.file, "\(images.section).masks",
                "no mask file is given, and \(isTraining ? "alignment" : "the gap") needs masks "
                    + "of \(target)")
        }
        guard withMask == 0 || (isTraining && withMask == emptied) else { return }
        let key = images.examples.first?.id ?? ""
        let masks = images.maskFile.map {
            " in \($0.path); an image is called \(key), a mask "
                + "\($0.images.first ?? "nothing: the file is empty")"
        }
        throw DatasetError(
            images.name,
            "no positive image of \(positives) has a mask of \(target)"
                + (withMask > 0 ? " that has a pixel left at \(size) x \(size)" : "")
                + (masks ?? ""))
    }

    /// The regions of the target in one image.
    private static func regions(_ dataset: ImageDataset, _ index: Int) -> [Region] {
        guard let classIndex = dataset.maskClass(index) else { return [] }
        return dataset.items[index].annotations
            .filter { $0.className == dataset.classes[classIndex] }.map(\.region)
    }

    private func compareSizes(_ dataset: ImageDataset) throws {
        for index in dataset.items.indices {
            let item = dataset.items[index]
            try item.requireSize(
                of: Self.regions(dataset, index), called: target,
                in: images.maskFile?.path ?? images.name)
        }
    }
}
