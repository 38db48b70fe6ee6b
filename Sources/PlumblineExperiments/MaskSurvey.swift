import PlumblineData
import Foundation
import Synchronization
import PlumblineTensors

/// The masks of a data set's target, looked at before the first step.
struct MaskSurvey {
    let images: LabelledImages
    let target: String
    /// Images that show the target.
    private(set) var positives = 0
    /// Of these, images that have a mask of some pixels.
    private(set) var withMask = 0
    /// Of these, images whose mask has no pixel left at the model's size.
    private(set) var emptied = 0
    /// Images that the mask file names and the label file does not.
    private var strangers: [String] = []
    private let size: Int
    private let masks: Localizations?

    /// Compares each mask with its image's size, then decodes the masks of positive images, which
    /// the data set keeps at the model's size.
    ///
    /// - Throws: ``DatasetError`` for a mask of another size than its image, for one that cannot be
    ///   read, and for one that may belong to either of two images.
    init(_ images: LabelledImages, _ dataset: ImageDataset, _ masks: Localizations?, target: Int)
        throws
    {
        self.images = images
        self.target = dataset.classes[target]
        self.masks = masks
        size = dataset.preprocessing.size
        let positive = dataset.items.indices.filter {
            dataset.items[$0].labels[target] == 1 && dataset.items[$0].weights[target] > 0
        }
        positives = positive.count
        guard let masks else { return }
        try Self.refuseSharedNames(images, masks)
        strangers = masks.images.filter { !images.allKeys.contains($0) }
        try Self.compareSizes(dataset, masks, self.target)

        let progress = Progress(
            "\(images.section): masks", total: positive.count, unit: " images")
        let counts = Mutex<(withMask: Int, emptied: Int, problem: (any Error)?)>((0, 0, nil))
        for start in stride(from: 0, to: positive.count, by: 64) {
            try Interruption.check("while masks were read")
            let block = positive[start..<min(positive.count, start + 64)]
            Parallel.forRanges(block.count, grain: 1) { range in
                for place in range {
                    do {
                        let index = block[block.startIndex + place]
                        guard let mask = try dataset.resizedMask(index) else { continue }
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
        (withMask, emptied) = counts.withLock { ($0.withMask, $0.emptied) }
    }

    /// Says in a line each what the masks lack.
    ///
    /// - Parameters:
    ///   - isTraining: whether a mask that is emptied by resizing counts as none.
    ///   - namesStrangers: whether to say that masks belong to no image.
    func note(
        isTraining: Bool, namesStrangers: Bool, _ settings: Configuration.AlignmentSettings
    ) {
        guard let masks else { return }
        if namesStrangers, let name = strangers.first {
            Progress.note(
                "\(masks.path): \(strangers.count) of \(masks.images.count) images are none of "
                    + "\(images.source.labels), such as \(name)")
        }
        let policy =
            isTraining
            ? " (align.positives_without_mask: \(settings.positivesWithoutMask.rawValue))" : ""
        if withMask < positives {
            Progress.note(
                "\(images.section): \(positives - withMask) of \(positives) images with \(target) "
                    + "have no mask\(policy)")
        }
        if isTraining, emptied > 0 {
            Progress.note(
                "\(images.section): \(emptied) of \(withMask) masks of \(target) have no pixel left "
                    + "at \(size) x \(size) and count as none\(policy)")
        }
    }

    /// - Throws: an error where no positive image has a mask: nothing could be aligned or judged.
    func require(isTraining: Bool, _ configuration: Configuration) throws {
        guard let masks else {
            throw ConfigurationError(
                configuration.file, "\(images.section).masks",
                "no mask file is given, and \(isTraining ? "alignment" : "the gap") needs masks "
                    + "of \(target)")
        }
        guard withMask == 0 || (isTraining && withMask == emptied) else { return }
        let key = images.keys.first ?? ""
        throw DatasetError(
            images.source.labels,
            "no positive image of \(positives) has a mask of \(target) "
                + (withMask > 0 ? "that has a pixel left at \(size) x \(size) " : "")
                + "in \(masks.path); an image is called \(key), a mask "
                + "\(masks.images.first ?? "nothing: the file is empty")")
    }

    private static func refuseSharedNames(_ images: LabelledImages, _ masks: Localizations) throws {
        var owners: [String: Int] = [:]
        for (index, film) in images.films.enumerated() {
            guard let other = owners.updateValue(index, forKey: film.key),
                masks.contains(film.key)
            else { continue }
            throw DatasetError(
                masks.path,
                "\(film.key) may be \(images.files[other]) or \(images.files[index]): the last "
                    + "three parts of their paths are the same")
        }
    }

    private static func compareSizes(
        _ dataset: ImageDataset, _ masks: Localizations, _ target: String
    ) throws {
        for item in dataset.items {
            guard let mask = try masks.size(target, in: item.id) else { continue }
            let image = try ImageHeader.size(item.origin)
            guard mask == image else {
                throw DatasetError(
                    masks.path,
                    "\(item.id): \(target): a mask of \(mask.height) x \(mask.width) for an image "
                        + "of \(image.height) x \(image.width) (\(item.origin))")
            }
        }
    }
}
