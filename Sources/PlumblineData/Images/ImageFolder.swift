import Foundation

/// The images below a folder.
public enum ImageFolder {
    /// JPEG and PNG files below `folder`, in the order of their paths.
    ///
    /// Hidden files and folders are ignored: macOS keeps `._name.png` beside `name.png`. Links to
    /// folders are followed. Each folder is visited once, because links may form a cycle.
    ///
    /// - Throws: ``DatasetError`` where a folder cannot be listed.
    public static func images(below folder: String) throws -> [String] {
        try files(below: folder, extensions: ["jpg", "jpeg", "png"])
    }

    /// Files with one of some extensions, as ``images(below:)`` lists images.
    ///
    /// - Parameter extensions: in lower case.
    package static func files(below folder: String, extensions: Set<String>) throws -> [String] {
        var visited: Set<FileIdentity> = []
        var images: [String] = []
        var open = [folder]
        while let next = open.popLast() {
            guard let identity = FileIdentity(next), visited.insert(identity).inserted else {
                continue
            }
            for name in try names(in: next).sorted() where !name.hasPrefix(".") {
                let path = PathText.joined(next, name)
                if FileIdentity(path)?.isFolder == true {
                    open.append(path)
                } else if extensions.contains(PathText.fileExtension(name)) {
                    images.append(path)
                }
            }
        }
        return images.sorted()
    }

    private static func names(in folder: String) throws -> [String] {
        do { return try FileManager.default.contentsOfDirectory(atPath: folder) } catch {
            throw DatasetError(folder, "cannot be listed: \(error.localizedDescription)")
        }
    }
}
