import Foundation

/// The images of a split: a text file that names one image per line.
///
/// What follows a space or a comma is ignored, as the labels in `ImageSets/Main` of Pascal VOC. A
/// name may have folders and an extension or not. Letters are compared without their case.
struct SplitList {
    static let option = FormatOption(
        "split", "A text file with the names of the images to read, one per line.")

    /// The option in a format whose labels have no columns.
    ///
    /// - Parameter kind: of the files of labels, such as JSON.
    static func option(withoutColumnsIn kind: String) -> FormatOption {
        FormatOption(
            option.name,
            "A text file of image names, one per line (\(kind) has no columns to split by).")
    }

    private let path: String
    private let names: Set<String>
    private var found: Set<String> = []
    private var others: Set<String> = []
    private var firstOther = ""

    /// The list that a request names; `nil` where it names none.
    ///
    /// - Parameter path: gives the file of what the option says.
    /// - Throws: ``DatasetError`` for a file that cannot be read, is no text or is empty.
    init?(_ request: FormatRequest, path: (String) -> String = { $0 }) throws {
        guard let option = request.option(Self.option.name),
            request.option(SplitColumn.option.name) == nil
        else { return nil }
        try self.init(file: path(option))
    }

    init(file: String) throws {
        path = file
        let data = try WholeFile.read(file)
        let text = data.starts(with: [0xEF, 0xBB, 0xBF]) ? data.dropFirst(3) : data
        var names: Set<String> = []
        for line in text.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            let words = line.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 || $0 == 0x2C })
            guard let word = words.first else { continue }
            names.insert(Self.key(String(decoding: word, as: UTF8.self)))
        }
        guard !names.isEmpty else {
            throw DatasetError(file, "empty; the names of images are wanted, one per line")
        }
        self.names = names
    }

    /// Whether an image belongs to the split.
    mutating func takes(_ name: String) -> Bool {
        for candidate in Self.candidates(name) where names.contains(candidate) {
            found.insert(candidate)
            return true
        }
        if others.isEmpty { firstOther = name }
        others.insert(name)
        return false
    }

    /// Counts the images of other splits, and names that belong to no image.
    func report(_ omitted: inout OmissionCounter) {
        if !others.isEmpty {
            omitted.add(
                "images that are not in \(path) are left out", firstOther, count: others.count)
        }
        let strangers = names.subtracting(found)
        if let name = strangers.min() {
            omitted.add("names in \(path) that are no image", name, count: strangers.count)
        }
    }

    /// The names by which the list may know an image: with its folders and without them.
    private static func candidates(_ name: String) -> [String] {
        let parts = PathText.parts(name)
        return parts.indices.map { key(parts[$0...].joined(separator: "/")) }
    }

    /// A name in lower case, without the extension of an image.
    private static func key(_ name: String) -> String {
        let name = PathText.parts(name).joined(separator: "/").lowercased()
        let isImage = ["jpg", "jpeg", "png", "xml", "mat"].contains(PathText.fileExtension(name))
        return isImage ? PathText.withoutExtension(name) : name
    }
}
