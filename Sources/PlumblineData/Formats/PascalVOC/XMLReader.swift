import Foundation

/// Reads small XML files: elements and text.
///
/// Attributes, comments and processing instructions are passed over. A document type is refused, so
/// no entity can be defined and nothing expands. Levels, elements and bytes are bounded.
struct XMLReader {
    private static let mostBytes = 16 << 20
    private static let deepest = 32
    private static let mostElements = 200_000

    private let path: String
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var elements = 0

    /// The outermost element of a file.
    ///
    /// - Throws: ``DatasetError`` that names the line, for what is not XML.
    static func read(_ path: String) throws -> XMLNode {
        var reader = XMLReader(
            path: path, bytes: [UInt8](try WholeFile.read(path, most: mostBytes)))
        return try reader.document()
    }

    private init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }

    private func error(_ problem: String) -> DatasetError {
        DatasetError(path, "not XML: line \(line): \(problem)")
    }

    private mutating func document() throws -> XMLNode {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw DatasetError(path, "is text in UTF-16; UTF-8 is wanted")
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        try skipBetween()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "<") else {
            throw error("an element is wanted")
        }
        let root = try element(depth: 1)
        try skipBetween()
        guard position == bytes.count else { throw error("there is more after the last element") }
        return root
    }

    /// Passes over white space, comments and processing instructions.
    private mutating func skipBetween() throws {
        while position < bytes.count {
            if Self.isSpace(bytes[position]) {
                advance()
            } else if starts("<?") {
                try skip(to: "?>")
            } else if starts("<!--") {
                try skip(to: "-->")
            } else if starts("<!DOCTYPE") {
                throw error("document types are not read")
            } else {
                return
            }
        }
    }

    private mutating func element(depth: Int) throws -> XMLNode {
        elements += 1
        guard depth <= Self.deepest, elements <= Self.mostElements else {
            throw error("more than \(Self.deepest) levels or \(Self.mostElements) elements")
        }
        let start = line
        advance()
        let name = try self.name()
        var node = XMLNode(name: name, line: start)
        if try skipAttributes(of: name) { return node }
        var text: [UInt8] = []
        while true {
            guard position < bytes.count else { throw error("\(name) is not closed") }
            if bytes[position] != UInt8(ascii: "<") {
                try readText(into: &text)
            } else if starts("</") {
                position += 2
                guard try self.name() == name else { throw error("\(name) is not closed") }
                skipSpace()
                guard take(">") else { throw error("> is wanted") }
                break
            } else if starts("<!--") {
                try skip(to: "-->")
            } else if starts("<![CDATA[") {
                let begin = position + 9
                try skip(to: "]]>")
                text += bytes[begin..<(position - 3)]
            } else if starts("<?") {
                try skip(to: "?>")
            } else {
                node.children.append(try element(depth: depth + 1))
            }
        }
        node.text = String(decoding: text, as: UTF8.self).trimmedSpaces
        return node
    }

    /// Reads up to the next `<`.
    private mutating func readText(into text: inout [UInt8]) throws {
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") {
            if bytes[position] == UInt8(ascii: "&") {
                text += Array(try reference().utf8)
            } else {
                text.append(bytes[position])
                advance()
            }
        }
    }

    private static let references: [String: String] = [
        "lt": "<", "gt": ">", "amp": "&", "quot": "\"", "apos": "'",
    ]

    private mutating func reference() throws -> String {
        let end = bytes[position...].prefix(12).firstIndex(of: UInt8(ascii: ";"))
        guard let end else { throw error("& without a name and ;") }
        let name = String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
        position = end + 1
        if let text = Self.references[name] { return text }
        let number =
            name.hasPrefix("#x")
            ? UInt32(name.dropFirst(2), radix: 16)
            : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
        guard let scalar = number.flatMap(Unicode.Scalar.init) else {
            throw error("&\(name); is not known")
        }
        return String(scalar)
    }

    private mutating func name() throws -> String {
        let start = position
        while position < bytes.count, !Self.isSpace(bytes[position]),
            !">/<=\"'&".utf8.contains(bytes[position])
        { position += 1 }
        guard position > start else { throw error("the name of an element is wanted") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// - Returns: whether the element has ended (`<name/>`).
    private mutating func skipAttributes(of name: String) throws -> Bool {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: ">"):
                position += 1
                return false
            case UInt8(ascii: "/"):
                position += 1
                guard take(">") else { throw error("> is wanted after / in \(name)") }
                return true
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                let quote = bytes[position]
                advance()
                while position < bytes.count, bytes[position] != quote { advance() }
                advance()
            case UInt8(ascii: "<"): throw error("< within \(name)")
            default: advance()
            }
        }
        throw error("\(name) is not closed")
    }

    private mutating func skip(to end: StaticString) throws {
        while position < bytes.count {
            if starts(end) {
                position += end.utf8CodeUnitCount
                return
            }
            advance()
        }
        throw error("\(end) is wanted")
    }

    private mutating func skipSpace() {
        while position < bytes.count, Self.isSpace(bytes[position]) { advance() }
    }

    private mutating func advance() {
        if position < bytes.count, bytes[position] == 0x0A { line += 1 }
        position += 1
    }

    private func starts(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard position + count <= bytes.count else { return false }
        return (0..<count).allSatisfy { bytes[position + $0] == word.utf8Start[$0] }
    }

    private mutating func take(_ word: StaticString) -> Bool {
        guard starts(word) else { return false }
        position += word.utf8CodeUnitCount
        return true
    }

    private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }
}
