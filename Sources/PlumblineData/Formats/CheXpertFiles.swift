extension CheXpert {
    /// Finds the file of an image.
    ///
    /// Paths of the label file begin with the folder of the archive ("CheXpert-v1.0/"), which may
    /// have been renamed. CheXlocalize calls a folder `val` that its label file calls `valid`.
    ///
    /// A path may be absolute: it was written by the person who chose the label file. A relative
    /// path may not leave `root` by `..`.
    ///
    /// - Parameter labels: the label file, for messages.
    /// - Throws: ``DatasetError`` that names the files that were looked for, and the row.
    public static func locate(
        _ image: Image, root: String, labels: String = "the labels"
    ) throws -> String {
        let from = "row \(image.row) of \(labels)"
        let isAbsolute = PathText.isAbsolute(image.path)
        if isAbsolute, FileIdentity(image.path)?.isFile == true { return image.path }
        guard let parts = PathText.resolved(image.path) else {
            throw DatasetError(image.path, "leaves the folder of images by .. (\(from))")
        }
        guard !parts.isEmpty else { throw DatasetError(labels, "row \(image.row) names no image") }
        let below = candidates(parts).map { PathText.joined(root, $0) }
        let paths = isAbsolute ? [image.path] + below : below
        if let path = paths.first(where: { FileIdentity($0)?.isFile == true }) { return path }
        let others = paths.dropFirst().joined(separator: ", ")
        throw DatasetError(
            paths[0], "no such image (\(from))" + (others.isEmpty ? "" : "; nor is \(others)"))
    }

    /// Where an image may be, relative to the folder of images.
    private static func candidates(_ parts: [String]) -> [String] {
        let whole = parts.joined(separator: "/")
        let trimmed = parts.dropFirst().joined(separator: "/")
        var candidates = [whole, trimmed].filter { !$0.isEmpty }
        for (name, other) in [("valid", "val"), ("val", "valid")] {
            for index in 0..<min(2, parts.count - 1) where parts[index] == name {
                let renamed = [other] + parts[(index + 1)...]
                candidates.append((parts[..<index] + renamed).joined(separator: "/"))
                candidates.append(renamed.joined(separator: "/"))
            }
        }
        return candidates
    }
}
