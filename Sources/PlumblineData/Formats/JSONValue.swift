import Foundation

/// A JSON value as Python's `json` module writes it: with NaN, Infinity and a byte order mark.
///
/// Foundation's reader refuses these. Of a key that is there twice, it keeps one without a warning.
package enum JSONValue: Sendable {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])

    /// - Throws: ``DatasetError`` that names the line, for text that is not JSON, for a key that is
    ///   there twice in one object, and for more than 100 levels.
    package init(_ data: Data, file: String) throws {
        self = try data.withUnsafeBytes { bytes in
            var reader = JSONReader(bytes.bindMemory(to: UInt8.self), file: file)
            return try reader.document()
        }
    }

    /// The value as a whole number; `nil` for a boolean and other values.
    package var whole: Int? {
        guard case .number(let value) = self else { return nil }
        return Int(exactly: value)
    }

    /// What the value is, for errors.
    package var kind: String {
        switch self {
        case .null: "null"
        case .flag: "a boolean"
        case .number: "a number"
        case .text: "text"
        case .list: "a list"
        case .object: "an object"
        }
    }
}
