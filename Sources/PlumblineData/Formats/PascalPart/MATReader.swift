/// Reads elements of a MATLAB file of version 5.
///
/// No byte is read before its bound is checked.
struct MATReader {
    struct Element {
        var type: MATType
        var bytes: ArraySlice<UInt8>
    }

    private static let mostElements = 1_000_000

    let isLittle: Bool
    private let path: String
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>, isLittle: Bool, path: String) {
        self.bytes = bytes
        self.isLittle = isLittle
        self.path = path
        position = bytes.startIndex
    }

    var isAtEnd: Bool { position >= bytes.endIndex }

    private func error(_ problem: String) -> DatasetError {
        DatasetError(path, "a damaged MATLAB file: \(problem)")
    }

    /// Reads 4 bytes as a number.
    mutating func word() throws -> UInt32 {
        guard position + 4 <= bytes.endIndex else { throw error("it ends early") }
        defer { position += 4 }
        return Self.number(bytes[position..<position + 4], isLittle)
    }

    private static func number(_ bytes: ArraySlice<UInt8>, _ isLittle: Bool) -> UInt32 {
        let ordered = isLittle ? Array(bytes.reversed()) : Array(bytes)
        return ordered.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Reads an element: its type, size and bytes, and what fills it up to 8 bytes.
    ///
    /// An element of 4 bytes or fewer may have its size and type in one word.
    mutating func element() throws -> Element {
        let start = position
        let word = try word()
        let isSmall = word >> 16 != 0
        let number = isSmall ? word & 0xFFFF : word
        guard let type = MATType(rawValue: number) else {
            throw error("an element of type \(number)")
        }
        let size = isSmall ? Int(word >> 16) : Int(try self.word())
        guard !isSmall || size <= 4, size <= bytes.endIndex - position else {
            throw error("an element of \(size) bytes, and \(bytes.endIndex - position) are left")
        }
        let content = bytes[position..<position + size]
        let end = isSmall ? start + 8 : position + size
        // Compressed elements are not filled up.
        let filled = type == .compressed ? end : start + (end - start + 7) / 8 * 8
        position = min(filled, bytes.endIndex)
        return Element(type: type, bytes: content)
    }

    /// The name and value of a matrix; `nil` for an element that is none.
    func matrix(_ element: Element, depth: Int) throws -> (String, MATValue)? {
        guard element.type == .matrix else { return nil }
        guard depth <= MATFile.deepest else { throw error("more than \(MATFile.deepest) levels") }
        // An empty element stands for an empty matrix.
        guard !element.bytes.isEmpty else { return ("", .cells([])) }
        var inner = MATReader(element.bytes, isLittle: isLittle, path: path)
        return try inner.content(depth)
    }

    /// The classes of arrays.
    private enum Kind: UInt8 {
        case cell = 1
        case structure = 2
        case text = 4
        case double = 6
        case single = 7
        case int8 = 8
        case uint8 = 9
        case int16 = 10
        case uint16 = 11
        case int32 = 12
        case uint32 = 13
        case int64 = 14
        case uint64 = 15
    }

    private mutating func content(_ depth: Int) throws -> (String, MATValue) {
        let flags = try element()
        guard flags.type == .uint32, flags.bytes.count == 8 else { throw error("wrong flags") }
        let first = Self.number(flags.bytes.prefix(4), isLittle)
        guard let kind = Kind(rawValue: UInt8(first & 0xFF)) else {
            throw DatasetError(
                path, "an array of class \(first & 0xFF) (sparse, object, function) is not read")
        }
        let (height, width) = try dimensions()
        let name = try element()
        guard name.type == .int8 || name.type == .utf8 else { throw error("a wrong name") }
        let text = String(decoding: name.bytes, as: UTF8.self)
        let count = height * width
        switch kind {
        case .cell: return (text, .cells(try values(count, depth)))
        case .structure: return (text, .structs(try structs(count, depth)))
        case .text: return (text, .text(try self.text(height, width)))
        default: return (text, .numbers(try numbers(height, width)))
        }
    }

    /// Height, and the product of all other dimensions.
    private mutating func dimensions() throws -> (Int, Int) {
        let element = try element()
        let count = element.bytes.count / 4
        guard element.type == .int32, (2...8).contains(count) else {
            throw error("wrong dimensions")
        }
        var sides: [Int] = []
        for index in 0..<count {
            let start = element.bytes.startIndex + 4 * index
            sides.append(Int(Self.number(element.bytes[start..<start + 4], isLittle)))
        }
        var product = 1
        for side in sides {
            guard side < 1 << 28, product * side < 1 << 28 else {
                throw error("an array of \(sides) numbers")
            }
            product *= side
        }
        return (sides[0], sides[0] == 0 ? 0 : product / sides[0])
    }

    private mutating func values(_ count: Int, _ depth: Int) throws -> [MATValue] {
        guard count <= Self.mostElements, count * 8 <= bytes.endIndex - position else {
            throw error("\(count) cells, and \(bytes.endIndex - position) bytes are left")
        }
        return try (0..<count).map { _ in
            guard let (_, value) = try matrix(try element(), depth: depth + 1) else {
                throw error("a cell that is no array")
            }
            return value
        }
    }

    private mutating func structs(_ count: Int, _ depth: Int) throws -> [[String: MATValue]] {
        let length = try element()
        guard length.type == .int32, length.bytes.count == 4 else {
            throw error("wrong names of fields")
        }
        let width = Int(Self.number(length.bytes, isLittle))
        let names = try element()
        guard names.type == .int8, (1...256).contains(width), names.bytes.count % width == 0 else {
            throw error("wrong names of fields")
        }
        let fields = stride(from: 0, to: names.bytes.count, by: width).map { offset in
            let start = names.bytes.startIndex + offset
            return String(
                decoding: names.bytes[start..<start + width].prefix { $0 != 0 }, as: UTF8.self)
        }
        guard Set(fields).count == fields.count else { throw error("a field that is there twice") }
        // A struct without fields takes no bytes.
        guard !fields.isEmpty || count <= 1 else { throw error("structs without fields") }
        let values = try values(count * fields.count, depth)
        return (0..<count).map { index in
            let own = values[(index * fields.count)..<((index + 1) * fields.count)]
            return Dictionary(uniqueKeysWithValues: zip(fields, own))
        }
    }

    private mutating func text(_ height: Int, _ width: Int) throws -> String {
        if height * width == 0 { return "" }
        let element = try element()
        switch element.type {
        case .utf8, .int8, .uint8: return String(decoding: element.bytes, as: UTF8.self)
        case .uint16, .utf16:
            let codes = stride(from: 0, to: element.bytes.count - 1, by: 2).map { offset in
                let start = element.bytes.startIndex + offset
                let pair = (UInt16(element.bytes[start]), UInt16(element.bytes[start + 1]))
                return isLittle ? pair.1 << 8 | pair.0 : pair.0 << 8 | pair.1
            }
            return String(decoding: codes, as: UTF16.self)
        default: throw error("text of type \(element.type)")
        }
    }

    private mutating func numbers(_ height: Int, _ width: Int) throws -> MATNumbers {
        if height * width == 0 {
            return MATNumbers(
                height: height, width: width, type: .uint8, isLittle: isLittle, bytes: [])
        }
        let element = try element()
        guard element.type != .matrix, element.type != .compressed,
            element.bytes.count == height * width * element.type.width
        else {
            throw error(
                "\(element.bytes.count) bytes for \(height) x \(width) numbers of type "
                    + "\(element.type)")
        }
        return MATNumbers(
            height: height, width: width, type: element.type, isLittle: isLittle,
            bytes: Array(element.bytes))
    }
}
