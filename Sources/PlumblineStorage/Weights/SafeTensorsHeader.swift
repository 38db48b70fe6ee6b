/// The JSON header of safetensors, read as strictly as the reference implementation does.
///
/// Foundation's reader takes one of two equal names without a word, a comma before a closing
/// brace, and 2.0 for a whole number.
struct SafeTensorsHeader {
    struct Entry {
        let name: String
        let type: String
        let shape: [Int]
        let range: [Int]
    }
    private(set) var entries: [Entry] = []

    /// What is wrong with a header, and at which of its bytes.
    struct Problem: Error {
        let text: String
        let place: Int
    }

    private static let metadata = "__metadata__"
    /// Fields that nobody knows may nest this deep.
    private static let deepest = 100

    private let json: UnsafeRawBufferPointer
    private var place = 0

    /// - Throws: ``Problem``.
    static func entries(_ json: UnsafeRawBufferPointer) throws -> [Entry] {
        var header = SafeTensorsHeader(json: json)
        try header.read()
        return header.entries
    }

    private init(json: UnsafeRawBufferPointer) { self.json = json }

    private mutating func read() throws {
        var entries: [Entry] = []
        try object { reader, name in
            if name == Self.metadata {
                try reader.texts()
            } else {
                entries.append(try reader.entry(name))
            }
        }
        space()
        guard place == json.count else { throw problem("more follows after the object") }
        self.entries = entries
    }

    private mutating func entry(_ name: String) throws -> Entry {
        var type: String?
        var shape: [Int]?
        var range: [Int]?
        let wanted = "\(name): dtype, shape and data_offsets are wanted"
        guard isNext("{") else { throw problem(wanted) }
        try object { reader, field in
            switch field {
            case "dtype": type = try reader.text()
            case "shape": shape = try reader.integers()
            case "data_offsets": range = try reader.integers()
            default: try reader.skip(depth: 0)
            }
        }
        guard let type, let shape, let range, range.count == 2 else { throw problem(wanted) }
        return Entry(name: name, type: type, shape: shape, range: range)
    }

    /// The metadata: texts by name, or `null`.
    private mutating func texts() throws {
        guard isNext("{") else { return try word("null") }
        try object { reader, _ in _ = try reader.text() }
    }

    private mutating func object(
        _ member: (inout SafeTensorsHeader, String) throws -> Void
    ) throws {
        try expect("{")
        var names: Set<String> = []
        if take("}") { return }
        repeat {
            let name = try text()
            guard names.insert(name).inserted else { throw problem("\(name) is there twice") }
            try expect(":")
            try member(&self, name)
        } while take(",")
        try expect("}")
    }

    private mutating func integers() throws -> [Int] {
        try expect("[")
        var found: [Int] = []
        if take("]") { return found }
        repeat { found.append(try integer()) } while take(",")
        try expect("]")
        return found
    }

    /// A whole number without fraction and exponent.
    private mutating func integer() throws -> Int {
        let isNegative = take("-")
        if !isNegative { space() }
        let start = place
        var value = 0
        while place < json.count, case let digit = json[place], isDigit(digit) {
            let (tens, overflows) = value.multipliedReportingOverflow(by: 10)
            let (sum, passes) = tens.addingReportingOverflow(Int(digit - UInt8(ascii: "0")))
            guard !overflows, !passes else { throw problem("a number is too large") }
            value = sum
            place += 1
        }
        let isEnd = place < json.count && !Self.numberBytes.contains(json[place])
        let hasZero = place > start + 1 && json[start] == UInt8(ascii: "0")
        guard place > start, isEnd, !hasZero, !isNegative || value > 0 else {
            throw problem("a whole number is wanted")
        }
        return isNegative ? -value : value
    }

    private static let numberBytes = Set("+-.eE0123456789".utf8)

    private func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private mutating func text() throws -> String {
        try expect("\"")
        var bytes: [UInt8] = []
        while place < json.count {
            let byte = json[place]
            place += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    throw problem("a text is no UTF-8")
                }
                return text
            case UInt8(ascii: "\\"): bytes += try escape()
            case 0..<0x20: throw problem("a control character stands in a text")
            default: bytes.append(byte)
            }
        }
        throw problem("a text does not end")
    }

    private mutating func escape() throws -> [UInt8] {
        guard place < json.count else { throw problem("a text does not end") }
        let byte = json[place]
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "u"):
            var value = try hexadecimal()
            // Two halves make a character beyond the first 65536.
            if (0xD800..<0xDC00).contains(value) {
                guard place + 1 < json.count, json[place] == UInt8(ascii: "\\"),
                    json[place + 1] == UInt8(ascii: "u")
                else { throw problem("half of a character stands alone") }
                place += 2
                let low = try hexadecimal()
                guard (0xDC00..<0xE000).contains(low) else {
                    throw problem("half of a character stands alone")
                }
                value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(value) else {
                throw problem("half of a character stands alone")
            }
            return Array(String(Character(scalar)).utf8)
        default: throw problem("an unknown escape stands in a text")
        }
    }

    private mutating func hexadecimal() throws -> UInt32 {
        guard json.count - place >= 4 else { throw problem("a text does not end") }
        var value: UInt32 = 0
        for byte in json[place..<place + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw problem("four hexadecimal digits are wanted after \\u")
            }
            value = value << 4 | UInt32(digit)
        }
        place += 4
        return value
    }

    /// Passes over the value of a field that nobody knows, as the reference does.
    private mutating func skip(depth: Int) throws {
        guard depth < Self.deepest else { throw problem("it nests too deep") }
        space()
        guard place < json.count else { throw problem("a value is wanted") }
        switch json[place] {
        case UInt8(ascii: "\""): _ = try text()
        case UInt8(ascii: "{"): try object { reader, _ in try reader.skip(depth: depth + 1) }
        case UInt8(ascii: "["):
            place += 1
            if take("]") { return }
            repeat { try skip(depth: depth + 1) } while take(",")
            try expect("]")
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default:
            let start = place
            while place < json.count, Self.numberBytes.contains(json[place]) { place += 1 }
            let text = String(decoding: json[start..<place], as: UTF8.self)
            guard place > start, Double(text) != nil else { throw problem("a value is wanted") }
        }
    }

    private mutating func space() {
        while place < json.count, [0x20, 0x09, 0x0A, 0x0D].contains(json[place]) { place += 1 }
    }

    private mutating func isNext(_ byte: Unicode.Scalar) -> Bool {
        space()
        return place < json.count && json[place] == UInt8(ascii: byte)
    }

    /// Passes over the byte if it is the next one.
    private mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard isNext(byte) else { return false }
        place += 1
        return true
    }

    private mutating func expect(_ byte: Unicode.Scalar) throws {
        guard take(byte) else { throw problem("\(byte) is wanted") }
    }

    private mutating func word(_ word: String) throws {
        space()
        let bytes = Array(word.utf8)
        guard json.count - place >= bytes.count,
            json[place..<place + bytes.count].elementsEqual(bytes)
        else { throw problem("\(word) is wanted") }
        place += bytes.count
    }

    private func problem(_ text: String) -> Problem { Problem(text: text, place: place) }
}
