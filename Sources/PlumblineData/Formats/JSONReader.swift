import Foundation

/// Reads a JSON document from its first byte to its last.
struct JSONReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let file: String
    /// The index of the next byte.
    private var position = 0
    /// The largest number of levels: recursion is bounded.
    private static let deepest = 100

    init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) {
        self.bytes = bytes
        self.file = file
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    mutating func document() throws -> JSONValue {
        let value = try value(depth: 0)
        try requireEnd()
        return value
    }

    /// Reads an object key by key, without keeping it: files may be larger than memory.
    ///
    /// - Parameter body: reads the value of its key.
    mutating func readObject(_ body: (String, inout JSONReader) throws -> Void) throws {
        skipSpace()
        guard take("{") else { throw error("an object is wanted") }
        var keys: Set<String> = []
        skipSpace()
        if take("}") { return }
        while true {
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                throw error("a key in double quotes is wanted")
            }
            let key = try text()
            skipSpace()
            guard take(":") else { throw error("a colon is wanted after \(key)") }
            guard keys.insert(key).inserted else {
                throw DatasetError(file, "line \(line): \(key) is there twice")
            }
            try body(key, &self)
            skipSpace()
            if take("}") { return }
            guard take(",") else { throw error("a comma or } is wanted") }
        }
    }

    /// Reads a list value by value, without keeping it.
    ///
    /// - Parameter body: gets the number of a value, from 0, and the value.
    mutating func readList(_ body: (Int, JSONValue) throws -> Void) throws {
        skipSpace()
        guard take("[") else { throw error("a list is wanted") }
        skipSpace()
        if take("]") { return }
        var index = 0
        while true {
            try body(index, try readValue())
            index += 1
            skipSpace()
            if take("]") { return }
            guard take(",") else { throw error("a comma or ] is wanted") }
        }
    }

    /// Reads one value.
    mutating func readValue() throws -> JSONValue { try value(depth: 1) }

    /// - Throws: ``DatasetError`` where anything but white space follows.
    mutating func requireEnd() throws {
        skipSpace()
        guard position == bytes.count else { throw error("there is more after the end") }
    }

    private var line: Int {
        bytes[..<min(position, bytes.count)].reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
    }

    private func error(_ problem: String) -> DatasetError {
        DatasetError(file, "not JSON: line \(line): \(problem)")
    }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
            position += 1
        }
    }

    private mutating func take(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard position + count <= bytes.count,
            memcmp(bytes.baseAddress! + position, word.utf8Start, count) == 0
        else { return false }
        position += count
        return true
    }

    private mutating func value(depth: Int) throws -> JSONValue {
        skipSpace()
        guard position < bytes.count else { throw error("the text ends early") }
        guard depth <= Self.deepest else { throw error("more than \(Self.deepest) levels") }
        switch bytes[position] {
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
        position += 1
        var result: [String: JSONValue] = [:]
        skipSpace()
        if take("}") { return .object(result) }
        while true {
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
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
        position += 1
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
        let start = position
        func isDigit() -> Bool { position < bytes.count && (0x30...0x39).contains(bytes[position]) }
        func digits() -> Int {
            let first = position
            while isDigit() { position += 1 }
            return position - first
        }
        _ = take("-")
        let isZero = position < bytes.count && bytes[position] == 0x30
        let whole = digits()
        var isSound = whole > 0 && (!isZero || whole == 1)
        if take(".") { isSound = digits() > 0 && isSound }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            isSound = digits() > 0 && isSound
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard isSound, let value = Double(text) else {
            position = start
            throw error("a value is wanted")
        }
        return value
    }

    private mutating func text() throws -> String {
        position += 1
        var result: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
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
        guard position < bytes.count else { throw error("text that is not closed") }
        let byte = bytes[position]
        position += 1
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
        guard position + 4 <= bytes.count,
            let code = UInt32(
                String(decoding: bytes[position..<(position + 4)], as: UTF8.self), radix: 16)
        else { throw error("four hexadecimal digits are wanted") }
        position += 4
        return code
    }
}
