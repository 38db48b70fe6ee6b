/// The fields of one entry of a COCO file, with errors that name the entry.
struct COCOFields {
    private let fields: [String: JSONValue]
    /// Such as "annotations, entry 3, of instances.json".
    let place: String

    /// - Throws: ``DatasetError`` where the entry is not an object.
    init(_ value: JSONValue, _ list: String, _ index: Int, _ path: String) throws {
        var place = "\(path): \(list), entry \(index + 1)"
        guard case .object(let fields) = value else {
            throw DatasetError(place, "an object is wanted, not \(value.kind)")
        }
        if let id = fields["id"]?.whole { place = "\(path): \(list), id \(id)" }
        self.fields = fields
        self.place = place
    }

    subscript(_ key: String) -> JSONValue? {
        if case .null = fields[key] { return nil }
        return fields[key]
    }

    func error(_ problem: String) -> DatasetError { DatasetError(place, problem) }

    func whole(_ key: String) throws -> Int {
        guard let number = try optionalWhole(key) else {
            throw error("\(key) must be a whole number, and is not there")
        }
        return number
    }

    func optionalWhole(_ key: String) throws -> Int? {
        guard let value = self[key] else { return nil }
        if case .flag(let flag) = value { return flag ? 1 : 0 }
        guard let number = value.whole else { throw error("\(key) must be a whole number") }
        return number
    }

    func text(_ key: String) throws -> String {
        guard let text = try optionalText(key) else {
            throw error("\(key) must be text, and is not there")
        }
        return text
    }

    func optionalText(_ key: String) throws -> String? {
        guard let value = self[key] else { return nil }
        guard case .text(let text) = value else {
            throw error("\(key) must be text, not \(value.kind)")
        }
        return text
    }

    /// The box; `nil` where there is none.
    func box() throws -> PixelBox? {
        guard let value = self["bbox"] else { return nil }
        guard case .list(let list) = value else {
            throw error("bbox must be [x, y, width, height]")
        }
        if list.isEmpty { return nil }
        let numbers = try numbers(list, "bbox")
        guard numbers.count == 4 else { throw error("bbox must be [x, y, width, height]") }
        return PixelBox(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
    }

    func numbers(_ list: [JSONValue], _ key: String) throws -> [Double] {
        try list.map {
            guard case .number(let number) = $0 else {
                throw error("\(key) must have numbers, not \($0.kind)")
            }
            return number
        }
    }
}
