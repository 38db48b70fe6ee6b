import PlumblineData
import PlumblineStatistics
import PlumblineTensors

/// What is counted of one section.
struct SectionFacts {
    let section: DataSection
    let images: [ImageFacts]

    /// Reads the size of every image, and every mask of a class that its image shows.
    ///
    /// - Throws: ``DatasetError`` for the first image that cannot be read; ``Interrupted``.
    init(_ section: DataSection, classes: [String]) throws {
        self.section = section
        let examples = section.examples
        let progress = Progress("\(section.name): masks", total: examples.count, unit: " images")
        var images: [ImageFacts] = []
        images.reserveCapacity(examples.count)
        for start in stride(from: 0, to: examples.count, by: 64) {
            try Interruption.check("while images were counted")
            let block = Array(examples[start..<min(examples.count, start + 64)])
            let results = Parallel.map(block) { example in
                Result { try ImageFacts(example, classes) }
            }
            for result in results { images.append(try result.get()) }
            if images.count < examples.count { progress.update(images.count) }
        }
        self.images = images
    }

    /// The number of groups, such as patients.
    var groups: Int { Set(section.examples.compactMap(\.group)).count }

    var imagesWithoutGroup: Int { section.examples.count { $0.group == nil } }

    var heights: Quartiles? { Quartiles(images.map { Double($0.size.height) }) }

    var widths: Quartiles? { Quartiles(images.map { Double($0.size.width) }) }

    /// The images whose label of a class is of a kind.
    func count(_ label: ImageFacts.Label, _ classIndex: Int) -> Int {
        images.count { $0.classes[classIndex].label == label }
    }

    /// The positive images with a region that is given in some way.
    func count(_ kind: Region.Kind, _ classIndex: Int) -> Int {
        images.count { $0.classes[classIndex].kinds.contains(kind) }
    }

    /// The positive images without a pixel of a region.
    func withoutRegion(_ classIndex: Int) -> Int {
        images.count {
            $0.classes[classIndex].label == .positive && $0.classes[classIndex].areaShare == nil
        }
    }

    func strayRegions(_ classIndex: Int) -> Int {
        images.count { $0.classes[classIndex].hasStrayRegion }
    }

    func areaShares(_ classIndex: Int) -> Quartiles? {
        Quartiles(images.compactMap { $0.classes[classIndex].areaShare })
    }

    /// The number of images with each part of a class, by its name.
    func parts(_ classIndex: Int) -> [(name: String, images: Int)] {
        var counts: [String: Int] = [:]
        for image in images {
            for part in image.classes[classIndex].parts { counts[part, default: 0] += 1 }
        }
        return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
