import Foundation
import PlumblineData
import PlumblineMetrics
import PlumblineStorage

extension Viewer {
    /// How much was written.
    public struct Outcome {
        public internal(set) var pictures = 0
        public internal(set) var maps = 0
        /// Maps with a value that is not finite; they are left out.
        public internal(set) var wrongMaps = 0
        /// Images whose picture could not be read, and why.
        public internal(set) var failures: [(image: String, problem: String)] = []
        /// Of pictures and maps.
        public internal(set) var bytes = 0
    }

    /// Writes the page into a folder that does not exist yet.
    ///
    /// It is written under another name and then renamed.
    ///
    /// - Parameter progress: called after each image with the number of images that are done and
    ///   what is written so far; it may throw.
    /// - Throws: ``StorageError`` where the folder exists or cannot be written; what `pictures` and
    ///   `progress` throw.
    public func write(
        to folder: String, _ pictures: Pictures,
        progress: (_ done: Int, _ outcome: Outcome) throws -> Void
    ) throws -> Outcome {
        guard !FileManager.default.fileExists(atPath: folder) else {
            throw StorageError(folder, "exists already; name a new folder")
        }
        let aside = "\(folder).\(getpid()).partial"
        do {
            let outcome = try writePage(to: aside, pictures, progress)
            guard rename(aside, folder) == 0 else {
                throw StorageError(folder, String(cString: strerror(errno)))
            }
            return outcome
        } catch {
            try? FileManager.default.removeItem(atPath: aside)
            throw error
        }
    }

    private func writePage(
        to folder: String, _ pictures: Pictures,
        _ progress: (_ done: Int, _ outcome: Outcome) throws -> Void
    ) throws -> Outcome {
        for name in ["", "/page", "/data", "/images", "/thumbs", "/maps"] {
            try createFolder(folder + name)
        }
        for (name, content) in ViewerPageFiles.all where name != "index.html" {
            try Self.write(content, to: "\(folder)/page/\(name)")
        }
        try writeData(to: folder)
        var outcome = Outcome()
        let drawn = try drawPictures(to: folder, pictures, &outcome, progress)
        let signs = try drawMaps(to: folder, pictures, &outcome, progress)
        let index = index(sizes: drawn.sizes, signs: signs, hasOutlines: drawn.hasOutlines)
        try Self.write(index, as: "index", to: folder)
        for (name, content) in ViewerPageFiles.all where name == "index.html" {
            try Self.write(content, to: "\(folder)/\(name)")
        }
        return outcome
    }

    /// Writes a file of the folder that is not renamed yet, so that nobody sees half of it.
    ///
    /// - Throws: ``StorageError`` with the system's reason.
    static func write(_ content: Data, to path: String) throws {
        do { try content.write(to: URL(fileURLWithPath: path)) } catch {
            throw StorageError(path, "cannot be written: \(error.localizedDescription)")
        }
    }

    private struct DrawnOutline: Encodable {
        var kind: String
        var name: String
        var `class`: String
        /// Whether it belongs to runs that explain each image's label or prediction.
        var own: Bool
        var width: Int
        var height: Int
        var path: String
    }

    /// Sizes of the pictures, and whether there is an outline.
    private func drawPictures(
        to folder: String, _ pictures: Pictures, _ outcome: inout Outcome,
        _ progress: (_ done: Int, _ outcome: Outcome) throws -> Void
    ) throws -> (sizes: [(width: Int, height: Int)]?, hasOutlines: Bool) {
        guard let read = pictures.picture else { return (nil, false) }
        var sizes: [(width: Int, height: Int)] = []
        var chunk: [String: [DrawnOutline]] = [:]
        for (number, name) in tables.names.enumerated() {
            var size = (width: 0, height: 0)
            do {
                if let picture = try read(name) {
                    let image = picture.image.limited(to: pictures.longestSide)
                    size = (image.width, image.height)
                    for (part, shown) in [("images", image), ("thumbs", image.limited(to: 256))] {
                        let data = try shown.png()
                        outcome.bytes += data.count
                        try Self.write(data, to: "\(folder)/\(part)/\(hashes[number]).png")
                    }
                    outcome.pictures += 1
                    chunk["\(number)"] = picture.outlines.map {
                        let outline = MaskOutline($0.mask)
                        return DrawnOutline(
                            kind: $0.kind.rawValue, name: $0.name, class: $0.className,
                            own: $0.className == picture.ownClass, width: outline.width,
                            height: outline.height, path: outline.path)
                    }
                }
            } catch let error as DatasetError {
                outcome.failures.append((name, "\(error)"))
            }
            sizes.append(size)
            if (number + 1) % Self.chunk == 0 || number + 1 == tables.names.count {
                try Self.write(chunk, as: "outlines-\(number / Self.chunk)", to: folder)
                chunk = [:]
            }
            try progress(number + 1, outcome)
        }
        return (sizes, true)
    }
}

extension Viewer {
    /// The bytes that the pictures of one image take.
    public func sizeOfPictures(_ picture: Picture, longestSide: Int) throws -> Int {
        let image = picture.image.limited(to: longestSide)
        return try image.png().count + image.limited(to: 256).png().count
    }

    /// The bytes that the picture of a map takes; `nil` where there is none.
    ///
    /// - Parameters:
    ///   - run: its number, below ``runCount``.
    ///   - image: its number in ``images``.
    public func sizeOfMap(run: Int, image: Int, _ pictures: Pictures) throws -> Int? {
        let (source, result) = tables.runs[run]
        guard let map = try pictures.map(source, result.run, tables.names[image]) else {
            return nil
        }
        return try GreyMap(map, isSigned: map.values.contains { $0 < 0 })?.picture.png().count
    }
}
