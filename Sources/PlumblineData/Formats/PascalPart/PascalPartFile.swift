/// The objects of one file of PASCAL-Part.
struct PascalPartFile {
    struct Object: Sendable {
        var className: String
        /// `nil` where the mask has no pixel.
        var region: Region?
        var parts: [(String?, Region?)]
    }

    private(set) var objects: [Object] = []
    private let path: String
    private let size: Example.Size

    /// - Parameter size: of the image.
    /// - Throws: ``DatasetError`` that names the field that is missing or wrong.
    init(_ path: String, size: Example.Size) throws {
        self.path = path
        self.size = size
        guard let value = try MATFile(path).variables["anno"] else {
            throw DatasetError(path, "no variable anno")
        }
        let annotations = try structs(value, "anno")
        guard annotations.count == 1 else { throw DatasetError(path, "anno must be one struct") }
        let place = "anno.objects"
        objects = try structs(try field(annotations[0], "objects", place), place).enumerated()
            .map { try object($1, "\(place)(\($0 + 1))") }
    }

    private func object(_ fields: [String: MATValue], _ place: String) throws -> Object {
        let parts = try structs(try field(fields, "parts", place), "\(place).parts")
        return Object(
            className: try text(fields, "class", place), region: try region(fields, place),
            parts: try parts.enumerated().map { index, part in
                let place = "\(place).parts(\(index + 1))"
                return (try text(part, "part_name", place), try region(part, place))
            })
    }

    private func field(
        _ fields: [String: MATValue], _ name: String, _ place: String
    ) throws -> MATValue {
        guard let value = fields[name] else {
            throw DatasetError(path, "\(place): no field \(name)")
        }
        return value
    }

    /// The structs of a value: an array of them, cells of them, or none.
    private func structs(_ value: MATValue, _ place: String) throws -> [[String: MATValue]] {
        switch value {
        case .structs(let structs): return structs
        case .cells(let cells): return try cells.flatMap { try structs($0, place) }
        case .numbers(let numbers) where numbers.height * numbers.width == 0: return []
        default: throw DatasetError(path, "\(place): structs are wanted, not \(value.kind)")
        }
    }

    private func text(
        _ fields: [String: MATValue], _ name: String, _ place: String
    ) throws -> String {
        let value = try field(fields, name, place)
        guard case .text(let text) = value, !text.trimmedSpaces.isEmpty else {
            throw DatasetError(path, "\(place).\(name): text is wanted, not \(value.kind)")
        }
        return text.trimmedSpaces
    }

    /// The region of the field `mask`; `nil` where it has no pixel.
    private func region(_ fields: [String: MATValue], _ place: String) throws -> Region? {
        let value = try field(fields, "mask", place)
        guard case .numbers(let mask) = value else {
            throw DatasetError(path, "\(place).mask: numbers are wanted, not \(value.kind)")
        }
        guard (mask.height, mask.width) == (size.height, size.width) else {
            throw DatasetError(
                path,
                "\(place).mask: \(mask.height) x \(mask.width), and the image is \(size.height) x "
                    + "\(size.width)")
        }
        let runs = mask.runs
        // One run means that nothing is set.
        guard runs.count > 1 else { return nil }
        return try Region(
            runs: runs, height: size.height, width: size.width, name: "\(path): \(place)")
    }
}
