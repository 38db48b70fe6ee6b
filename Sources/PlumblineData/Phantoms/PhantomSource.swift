/// Phantoms drawn in memory, with the masks of their findings: a data set without files.
///
/// The classes are the findings. The same set and seed give the same images as
/// ``PhantomDataset/write(to:name:progress:)``, before JPEG changes them.
public struct PhantomSource: ImageSource {
    public let classes: [String]
    private let phantoms: [Phantom]
    private let set: PhantomDataset

    /// Draws all images.
    public init(_ set: PhantomDataset) {
        classes = set.findings.map(\.rawValue)
        phantoms = set.phantoms()
        self.set = set
    }

    /// - Parameters:
    ///   - count: images.
    ///   - size: pixels per side.
    public init(count: Int, size: Int, seed: UInt64) {
        var set = PhantomDataset()
        set.count = count
        set.size = size
        set.seed = seed
        self.init(set)
    }

    public var count: Int { phantoms.count }

    public func example(_ index: Int) throws -> Example {
        let phantom = phantoms[index]
        let masks = classes.compactMap { name -> Annotation? in
            guard let finding = PhantomFinding(rawValue: name), let mask = phantom.findings[finding]
            else { return nil }
            return Annotation(className: name, region: Region(mask))
        }
        let parts = phantom.parts.sorted { $0.key < $1.key }.map { name, mask in
            Annotation(className: name, region: Region(mask))
        }
        let shown = Set(masks.map(\.className))
        return Example(
            id: set.imageName(index), origin: set.imageName(index),
            labels: classes.map { shown.contains($0) ? 1 : 0 },
            group: set.patientName(index), annotations: masks + parts
        ) { phantom.image }
    }
}
