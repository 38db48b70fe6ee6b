import PlumblineData

/// What is counted of one image.
struct ImageFacts {
    /// What a label says.
    enum Label {
        case positive
        case negative
        /// It does not count, such as an uncertain one.
        case ignored
        /// It is between 0 and 1.
        case soft
    }

    /// One class of the image.
    struct Class {
        let label: Label
        /// The area of its regions, as a share of the image; `nil` where they have no pixel.
        ///
        /// Only positive classes have one.
        let areaShare: Double?
        /// How the regions with pixels are given.
        let kinds: Set<Region.Kind>
        /// Its named parts.
        let parts: Set<String>
        /// Whether there is a region of a class that the image does not show.
        let hasStrayRegion: Bool
    }

    let size: Example.Size
    /// In the order of the data's classes.
    let classes: [Class]

    /// Reads the size of the image, and the masks of the classes that it shows.
    ///
    /// - Throws: ``DatasetError`` for an image or a region that cannot be read, and for a region of
    ///   another size than the image.
    init(_ example: Example, _ names: [String]) throws {
        size = try example.size()
        classes = try names.indices.map { try Class(example, $0, names[$0]) }
    }
}

extension ImageFacts.Class {
    fileprivate init(_ example: Example, _ index: Int, _ name: String) throws {
        let own = example.annotations.filter { $0.className == name }
        let whole = own.filter { $0.part == nil }.map(\.region)
        label =
            if example.weights[index] == 0 {
                .ignored
            } else {
                switch example.labels[index] {
                case 1: .positive
                case 0: .negative
                default: .soft
                }
            }
        parts = Set(own.compactMap(\.part))
        hasStrayRegion = label != .positive && !whole.isEmpty
        guard label == .positive else {
            (areaShare, kinds) = (nil, [])
            return
        }
        try example.requireSize(of: whole, called: name, in: example.origin)
        let mask = try example.mask(of: name)
        areaShare = mask.map { Double($0.area) / Double($0.height * $0.width) }
        kinds = mask == nil ? [] : Set(whole.map(\.kind))
    }
}
