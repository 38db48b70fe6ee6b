import Foundation

/// The format `image_folder`: a folder of images per class, as torchvision's `ImageFolder` reads
/// it.
///
///     images/cat/1.jpg
///     images/cat/more/2.png
///     images/dog/3.JPEG
///
/// Classes are in the order of their names, by the values of their characters. An image below a
/// folder of a class may be in further folders. With the option `split`, classes are below
/// `images/SPLIT`. Images beside the folders of the classes are left out, and counted. Hidden files
/// and folders are ignored.
///
/// Source: `torchvision.datasets.ImageFolder`.
struct ClassFolders: BuiltInFormat {
    static let description = FormatDescription(
        "image_folder", summary: "A folder of images per class (torchvision's ImageFolder).",
        options: [
            FormatOption(
                "split",
                "The folder below images that has the classes (folders have no split columns)."),
            ClassNames.option,
        ])

    static func read(_ request: FormatRequest) throws -> FormattedImages {
        try request.refuse(
            request.labels, "labels", "the folders below images are the labels")
        try request.refuse(
            request.masks, "masks", "image_folder has no masks; mask_folder and manifest do")
        let top = try request.requireFolder(request.images, "images", "a folder per class")
        let root = try request.option("split").map { try folder($0, below: top, request) } ?? top
        let names = try ClassNames(request)
        var list = try ImageList(request, folder: root)
        let files = try ImageFolder.images(below: root)
        var folders = try Self.folders(in: root)
        for file in files {
            let path = PathText.relative(file, to: root)
            let parts = PathText.parts(path)
            guard parts.count > 1 else {
                list.omitted.add("images beside the folders of the classes are left out", file)
                continue
            }
            folders.insert(parts[0])
            guard let index = try list.findOnce(path, place: file) else { continue }
            try list.update(index) { $0.show(try names.name(of: parts[0])) }
        }
        let classes = try folders.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .map { try names.name(of: $0) }
        noteEmpty(classes, &list)
        return try list.formatted(
            classes: classes, groups: "image_folder has no groups; manifest has")
    }

    private static func folder(
        _ split: String, below top: String, _ request: FormatRequest
    ) throws -> String {
        guard let parts = PathText.resolved(split), !parts.isEmpty, !PathText.isAbsolute(split)
        else { throw request.optionError("split", "must be a folder below images, not \(split)") }
        let path = PathText.joined(top, parts.joined(separator: "/"))
        return try request.requireFolder(path, "options.split", "a folder per class")
    }

    /// The names of the folders that are not hidden.
    private static func folders(in root: String) throws -> Set<String> {
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: root) } catch {
            throw DatasetError(root, "cannot be listed: \(error.localizedDescription)")
        }
        return Set(
            names.filter {
                !$0.hasPrefix(".") && FileIdentity(PathText.joined(root, $0))?.isFolder == true
            })
    }

    private static func noteEmpty(_ classes: [String], _ list: inout ImageList) {
        let shown = Set(list.images.flatMap(\.positives))
        for name in classes where !shown.contains(name) {
            list.omitted.add("classes without an image", name)
        }
    }
}
