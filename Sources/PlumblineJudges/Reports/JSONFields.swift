import PlumblineData

/// The fields of a JSON object, with errors that name the field.
struct JSONFields {
    let path: String
    /// Where the object is, for messages.
    let place: String
    private let fields: [String: JSONValue]

    init(_ value: JSONValue, _ path: String, _ place: String) throws {
        guard case .object(let fields) = value else {
            throw DatasetError(path, "\(place): is \(value.kind); an object is wanted")
        }
        self.fields = fields
        self.path = path
        self.place = place
    }

    private func problem(_ name: String, _ wanted: String) -> DatasetError {
        let what = fields[name].map { "is \($0.kind)" } ?? "is missing"
        return DatasetError(path, "\(place): \(name) \(what); \(wanted) is wanted")
    }

    func text(_ name: String) throws -> String {
        guard case .text(let text)? = fields[name], !text.isEmpty else {
            throw problem(name, "a text")
        }
        return text
    }

    func number(_ name: String) throws -> Double {
        guard case .number(let number)? = fields[name], number.isFinite else {
            throw problem(name, "a finite number")
        }
        return number
    }

    /// `nil` for null.
    func optionalNumber(_ name: String) throws -> Double? {
        if case .null? = fields[name] { return nil }
        return try number(name)
    }

    func count(_ name: String) throws -> Int {
        guard let count = fields[name]?.whole, count >= 0 else {
            throw problem(name, "a whole number from 0")
        }
        return count
    }

    func list(_ name: String) throws -> [JSONFields] {
        guard case .list(let values)? = fields[name], !values.isEmpty else {
            throw problem(name, "a list that is not empty")
        }
        return try values.enumerated().map {
            try JSONFields($0.element, path, "\(name)[\($0.offset)]")
        }
    }

    /// The objects of an object by name; a null counts as missing.
    func objects(_ name: String) throws -> [String: JSONFields] {
        guard case .object(let values)? = fields[name] else { throw problem(name, "an object") }
        return try values.compactMapValues { value in
            if case .null = value { return nil }
            return try JSONFields(value, path, "\(place).\(name)")
        }
    }
}
