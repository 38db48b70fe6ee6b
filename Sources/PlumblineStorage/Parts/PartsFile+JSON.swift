import Foundation

extension PartsFile {
    /// Writes the summary as JSON with sorted keys.
    ///
    /// - Throws: ``StorageError`` if it cannot be written. Then an earlier file is still there.
    public func write(_ path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(self)
        try AtomicFile.write(path) { try $0.write(data + Data("\n".utf8)) }
    }

    private struct Header: Decodable {
        let schema: String
    }

    /// Reads a summary from JSON.
    ///
    /// - Parameter path: for messages.
    /// - Throws: ``StorageError`` for another kind of file, and for a number that no summary has.
    public static func decode(_ data: Data, path: String) throws -> PartsFile {
        let decoder = JSONDecoder()
        guard let header = try? decoder.decode(Header.self, from: data) else {
            throw StorageError(path, "is no JSON with a schema; \(schema) is wanted")
        }
        guard header.schema == schema else {
            throw StorageError(
                path, "schema: is \(header.schema.printable); \(schema) is wanted")
        }
        let file: PartsFile
        do { file = try decoder.decode(PartsFile.self, from: data) } catch let error
            as DecodingError
        {
            throw StorageError(path, Self.text(error))
        }
        try file.check(path)
        return file
    }

    private static func text(_ error: DecodingError) -> String {
        func place(_ path: [any CodingKey]) -> String {
            path.map(\.stringValue).joined(separator: ".").printable
        }
        return switch error {
        case .keyNotFound(let key, let context):
            "\(place(context.codingPath + [key])): is not there"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(place(context.codingPath)): has another type"
        case .dataCorrupted(let context):
            "\(place(context.codingPath)): cannot be read"
        @unknown default: "cannot be read"
        }
    }

    /// - Throws: ``StorageError`` for a share that is not from 0 to 1, or a negative count.
    private func check(_ path: String) throws {
        func share(_ value: Double?, _ name: String) throws {
            guard let value, !(0...1).contains(value) else { return }
            throw StorageError(path, "\(name.printable): is \(value), not from 0 to 1")
        }
        func count(_ value: Int, _ name: String) throws {
            guard value < 0 else { return }
            throw StorageError(path, "\(name.printable): is \(value), not 0 or more")
        }
        try share(theta, "theta")
        try share(top1Error, "top1_error")
        for entry in classes {
            try share(entry.top1Error, "\(entry.name): top1_error")
            try count(entry.images, "\(entry.name): images")
            for part in entry.parts {
                try count(part.images, "\(entry.name): \(part.part): images")
                for (name, value) in part.quantities {
                    for quartile in [value.q1, value.q2, value.q3] {
                        try share(quartile, "\(entry.name): \(part.part): \(name)")
                    }
                }
            }
        }
    }
}
