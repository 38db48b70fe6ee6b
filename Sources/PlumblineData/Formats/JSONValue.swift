import Foundation

/// A JSON value as Python's `json` module writes it: NaN, Infinity and a byte order mark are read.
///
/// Foundation's reader refuses these, and of a key that is there twice it silently keeps one.
enum JSONValue: Sendable {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])

    /// - Throws: ``DatasetError`` that names the line, for text that is no JSON, a key that is
    ///   there twice in one object, or more than 100 levels.
    init(_ data: Data, file: String) throws {
        self = try data.withUnsafeBytes { bytes in
            var reader = JSONReader(bytes.bindMemory(to: UInt8.self), file: file)
            return try reader.document()
        }
    }

    /// The value as a whole number; a boolean is none.
    var whole: Int? {
        guard case .number(let value) = self else { return nil }
        return Int(exactly: value)
    }

    /// What the value is, for errors.
    var kind: String {
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

private struct JSONReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let file: String
    private var place = 0
    private static let deepest = 100

    init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) {
        (self.bytes, self.file) = (bytes, file)
    }

    mutating func document() throws -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
        let value = try value(depth: 0)
        skipSpace()
        guard place == bytes.count else { throw error("there is more after the end") }
        return value
    }

    private var line: Int {
        bytes[..<min(place, bytes.count)].reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
    }

    private func error(_ problem: String) -> DatasetError {
        DatasetError(file, "not JSON: line \(line): \(problem)")
    }

    private mutating func skipSpace() {
        while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
    }

    private mutating func take(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard place + count <= bytes.count,
            memcmp(bytes.baseAddress! + place, word.utf8Start, count) == 0
        else { return false }
        place += count
        return true
    }

    private mutating func value(depth: Int) throws -> JSONValue {
        skipSpace()
        guard place < bytes.count else { throw error("the text ends early") }
        guard depth <= Self.deepest else { throw error("more than \(Self.deepest) levels") }
        switch bytes[place] {
        case UInt8(ascii: "{"): return try object(depth)
        case UInt8(ascii: "["): return try list(depth)
        case UInt8(ascii: "\""): return .text(try text())
        default: break
        }
        if take("null") { return .null }
        if take("true") { return .flag(true) }
        if take("false") { return .flag(false) }
        if take("NaN") { return .number(.nan) }
        if take("Infinity") { return .number(.infinity) }
        if take("-Infinity") { return .number(-.infinity) }
        return .number(try number())
    }

    private mutating func object(_ depth: Int) throws -> JSONValue {
        place += 1
        var result: [String: JSONValue] = [:]
        skipSpace()
        if take("}") { return .object(result) }
        while true {
            skipSpace()
            guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else {
                throw error("a key in double quotes is wanted")
            }
            let key = try text()
            skipSpace()
            guard take(":") else { throw error("a colon is wanted after \(key)") }
            guard result[key] == nil else {
                throw DatasetError(file, "line \(line): \(key) is there twice")
            }
            result[key] = try value(depth: depth + 1)
            skipSpace()
            if take("}") { return .object(result) }
            guard take(",") else { throw error("a comma or } is wanted") }
        }
    }

    private mutating func list(_ depth: Int) throws -> JSONValue {
        place += 1
        var result: [JSONValue] = []
        skipSpace()
        if take("]") { return .list(result) }
        while true {
            result.append(try value(depth: depth + 1))
            skipSpace()
            if take("]") { return .list(result) }
            guard take(",") else { throw error("a comma or ] is wanted") }
        }
    }

    private mutating func number() throws -> Double {
        let start = place
        func isDigit() -> Bool { place < bytes.count && (0x30...0x39).contains(bytes[place]) }
        func digits() -> Int {
            let first = place
            while isDigit() { place += 1 }
            return place - first
        }
        _ = take("-")
        let isZero = place < bytes.count && bytes[place] == 0x30
        let whole = digits()
        var isSound = whole > 0 && (!isZero || whole == 1)
        if take(".") { isSound = digits() > 0 && isSound }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            isSound = digits() > 0 && isSound
        }
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        guard isSound, let value = Double(text) else {
            place = start
            throw error("a value is wanted")
        }
        return value
    }

    private mutating func text() throws -> String {
        place += 1
        var result: [UInt8] = []
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: result, as: UTF8.self) else {
                    throw error("text that is no UTF-8")
                }
                return text
            case UInt8(ascii: "\\"): try escaped(&result)
            case 0..<0x20: throw error("a control character within text")
            default: result.append(byte)
            }
        }
        throw error("text that is not closed")
    }

    private mutating func escaped(_ result: inout [UInt8]) throws {
        guard place < bytes.count else { throw error("text that is not closed") }
        let byte = bytes[place]
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(byte)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0C)
        case UInt8(ascii: "n"): result.append(0x0A)
        case UInt8(ascii: "r"): result.append(0x0D)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xD800..<0xDC00).contains(code), take("\\u") {
                let low = try hexadecimal()
                guard (0xDC00..<0xE000).contains(low) else { throw error("half a character") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw error("half a character") }
            result += Array(String(Character(scalar)).utf8)
        default: throw error("an unknown escape")
        }
    }

    private mutating func hexadecimal() throws -> UInt32 {
        guard place + 4 <= bytes.count,
            let code = UInt32(
                String(decoding: bytes[place..<(place + 4)], as: UTF8.self), radix: 16)
        else { throw error("four hexadecimal digits are wanted") }
        place += 4
        return code
    }
}
