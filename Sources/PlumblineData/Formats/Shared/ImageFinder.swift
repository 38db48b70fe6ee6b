/// Finds the image files that the labels of a data set name.
///
/// A name is looked for in this order: as an absolute path; below the folder of images; there
/// without the first folder of the name, which an archive may have added. If it is not there, the
/// folder is listed once. A name is then found in other letters (`A.JPG`, `a.jpg`), without an
/// extension, and, if it has no folder of its own, in any folder below.
struct ImageFinder {
    let folder: String
    /// Files by their names in lower case; `nil` until the folder was listed.
    private var listed: [String: [String]]?

    init(folder: String) { self.folder = folder }

    /// The file of an image; `nil` where there is none.
    ///
    /// - Parameter place: where the name was read, for messages.
    /// - Throws: ``DatasetError`` for a name that is empty, leaves the folder by `..` or may be
    ///   either of two files, and for a folder that cannot be listed.
    mutating func file(_ name: String, place: String) throws -> String? {
        guard !name.utf8.contains(0) else {
            throw DatasetError(place, "the name of an image has a character of value 0")
        }
        if PathText.isAbsolute(name), FileIdentity(name)?.isFile == true { return name }
        guard let parts = PathText.resolved(name) else {
            throw DatasetError(place, "\(name) leaves the folder of images by ..")
        }
        guard !parts.isEmpty else { throw DatasetError(place, "no image is named") }
        for rest in [parts[...], parts.dropFirst()] where !rest.isEmpty {
            let path = PathText.joined(folder, rest.joined(separator: "/"))
            for end in ["", ".jpg", ".JPEG", ".png"]
            where FileIdentity(path + end)?.isFile == true { return path + end }
        }
        return try listedFile(parts, place: place)
    }

    private mutating func listedFile(_ parts: [String], place: String) throws -> String? {
        if listed == nil { listed = try Self.list(folder) }
        for rest in [parts[...], parts.dropFirst()] where !rest.isEmpty {
            guard let files = listed?[rest.joined(separator: "/").lowercased()] else { continue }
            guard files.count == 1 else {
                throw DatasetError(
                    place,
                    "\(parts.joined(separator: "/")) may be \(files[0]) or \(files[1]); a longer "
                        + "path is wanted")
            }
            return files[0]
        }
        return nil
    }

    private static func list(_ folder: String) throws -> [String: [String]] {
        var result: [String: [String]] = [:]
        for file in try ImageFolder.images(below: folder.isEmpty ? "." : folder) {
            let parts = PathText.parts(PathText.relative(file, to: folder.isEmpty ? "." : folder))
            let whole = parts.joined(separator: "/").lowercased()
            let names: Set = [
                whole, parts.last!.lowercased(), PathText.withoutExtension(whole),
                PathText.withoutExtension(parts.last!.lowercased()),
            ]
            for name in names { result[name, default: []].append(file) }
        }
        return result
    }
}
