/// Finds images by the names that another file has for them.
///
/// The other file may leave out the first folders of a path, or have more of them, or leave out the
/// extension. A name that fits two images fits none.
struct ImageNames {
    /// Images by their whole paths.
    private var whole: [String: Int] = [:]
    /// Images by the ends of their paths; `nil` where two images have one.
    private var ends: [String: Int?] = [:]

    init(_ images: [LabelledImage]) {
        for (index, image) in images.enumerated() {
            for path in [image.path, PathText.withoutExtension(image.path)] {
                let parts = PathText.parts(path)
                whole[parts.joined(separator: "/")] = index
                for start in parts.indices {
                    let end = parts[start...].joined(separator: "/")
                    let isOther = ends[end].map { $0 != index } ?? false
                    ends.updateValue(isOther ? nil : index, forKey: end)
                }
            }
        }
    }

    /// The index of an image; `nil` where none or more than one fits.
    subscript(_ name: String) -> Int? {
        let parts = PathText.parts(name)
        for rest in [parts[...], parts.dropFirst()] where !rest.isEmpty {
            // The name of a file alone says little if the other file has folders.
            guard rest.count == parts.count || rest.count > 1 else { continue }
            if let index = ends[rest.joined(separator: "/")] ?? nil { return index }
        }
        for start in parts.indices {
            if let index = whole[parts[start...].joined(separator: "/")] { return index }
        }
        return nil
    }
}
