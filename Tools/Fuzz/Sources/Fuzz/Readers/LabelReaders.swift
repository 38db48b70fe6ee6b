import PlumblineData

extension Reader {
    static let labelReaders = [
        Reader(name: "csv", format: TextFormat(), crafted: Crafted.csv, start: { readLabels }),
        Reader(name: "json", format: TextFormat(), crafted: Crafted.masks, start: { readMasks }),
    ]

    /// Reads a label file: its images, their files, and the split by patient.
    private static func readLabels(_ input: Input) throws {
        let images = try CheXpert.images(
            try input.file(), classes: ["Cardiomegaly", "Pleural Effusion"])
        // The first of very many stand for the others: each asks the disk twice.
        for image in images.prefix(1000) {
            _ = image.key
            // There are no images: what is tried is the way to the refusal.
            _ = try? CheXpert.locate(image, root: input.folder)
        }
        let split = GroupSplit(share: 0.3, seed: 1)
        _ = images.compactMap(\.group).filter(split.isInSecondPart)
    }

    /// Reads a file of masks: every mask, at the size of its image and at that of a model.
    private static func readMasks(_ input: Input) throws {
        let masks = try Localizations(try input.file())
        for image in masks.images {
            for finding in masks.findings(in: image) {
                guard let mask = try masks.mask(finding, in: image) else { continue }
                guard mask.area > 0 else { throw Wrong(problem: "an empty mask") }
                _ = mask.resized(height: 16, width: 16)
            }
        }
    }
}
