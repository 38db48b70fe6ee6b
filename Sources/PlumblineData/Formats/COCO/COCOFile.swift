import Foundation

/// A file of annotations in COCO's format.
///
/// Lists of images, annotations and categories may come in any order. Other fields are ignored. The
/// file is read value by value: `instances_train2017.json` has 470 MB.
///
/// Source: cocodataset.org, "Data format".
struct COCOFile {
    struct Image {
        var id: Int
        var name: String
        /// The size by the file; `nil` where it has none.
        var size: Example.Size?
    }

    struct Category {
        var id: Int
        var name: String
        var supercategory: String?
    }

    struct Annotation {
        var image: Int
        var category: Int
        var isCrowd: Bool
        var shape: COCOShape
        var box: PixelBox?
        /// Such as "annotation 17 of instances.json", for messages.
        var place: String
    }

    let path: String
    private(set) var images: [Image] = []
    private(set) var categories: [Category] = []
    private(set) var annotations: [Annotation] = []

    /// - Throws: ``DatasetError`` that names the entry and the field that is wrong.
    init(_ path: String) throws {
        self.path = path
        let data = try WholeFile.mapped(path)
        var keys: Set<String> = []
        try data.withUnsafeBytes { bytes in
            var reader = JSONReader(bytes.bindMemory(to: UInt8.self), file: path)
            try reader.readObject { key, reader in
                keys.insert(key)
                try read(key, &reader)
            }
            try reader.requireEnd()
        }
        for key in ["images", "annotations", "categories"] where !keys.contains(key) {
            throw DatasetError(path, "no list \(key); COCO's format has one")
        }
        try requireUnique(images.map(\.id), "images")
        try requireUnique(categories.map(\.id), "categories")
    }

    private mutating func read(_ key: String, _ reader: inout JSONReader) throws {
        switch key {
        case "images":
            try reader.readList { images.append(try Self.image(COCOFields($1, key, $0, path))) }
        case "categories":
            try reader.readList {
                categories.append(try Self.category(COCOFields($1, key, $0, path)))
            }
        case "annotations":
            try reader.readList {
                annotations.append(try Self.annotation(COCOFields($1, key, $0, path)))
            }
        default: _ = try reader.readValue()
        }
    }

    private static func image(_ fields: COCOFields) throws -> Image {
        let height = try fields.optionalWhole("height")
        let width = try fields.optionalWhole("width")
        var size: Example.Size?
        if let height, let width, height != 0 || width != 0 {
            try RunLengthEncoding.checkSize(height: height, width: width, name: fields.place)
            size = Example.Size(height: height, width: width)
        }
        return Image(id: try fields.whole("id"), name: try fields.text("file_name"), size: size)
    }

    private static func category(_ fields: COCOFields) throws -> Category {
        Category(
            id: try fields.whole("id"), name: try fields.text("name").trimmedSpaces,
            supercategory: try fields.optionalText("supercategory")?.trimmedSpaces)
    }

    private static func annotation(_ fields: COCOFields) throws -> Annotation {
        Annotation(
            image: try fields.whole("image_id"), category: try fields.whole("category_id"),
            isCrowd: try fields.optionalWhole("iscrowd") == 1, shape: try COCOShape(fields),
            box: try fields.box(), place: fields.place)
    }

    private func requireUnique(_ ids: [Int], _ list: String) throws {
        var seen: Set<Int> = []
        for id in ids where !seen.insert(id).inserted {
            throw DatasetError(path, "\(list): the id \(id) is there twice")
        }
    }
}
