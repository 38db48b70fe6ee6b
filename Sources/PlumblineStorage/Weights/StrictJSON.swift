/// Reads JSON piece by piece, as strictly as the reference implementation of safetensors.
///
/// The number of names is bounded. Foundation's reader is not strict: it takes one of two equal
/// names without an error, accepts a comma before a closing brace, and reads 2.0 as a whole number.
struct StrictJSON {
    /// What is wrong with a text, and at which of its bytes.
    struct Problem: Error {
        let text: String
        let place: Int
    }

    /// Names in all objects together.
    static let mostNames = 1_000_000
    /// Bytes of one text.
    static let longestText = 16 << 20
    /// Objects and lists within each other, in values that are passed over.
    private static let deepest = 100

    private let json: UnsafeRawBufferPointer
    private var place = 0
    private var nameCount = 0

    init(_ json: UnsafeRawBufferPointer) { self.json = json }

    func problem(_ text: String) -> Problem { Problem(text: text, place: place) }

    /// - Parameter member: reads the value of a name.
    mutating func object(_ member: (inout StrictJSON, String) throws -> Void) throws {
        try expect("{")
        var names: Set<String> = []
        if take("}") { return }
        repeat {
            let name = try text()
            nameCount += 1
            guard nameCount <= Self.mostNames else {
                throw problem("it has more than \(Self.mostNames) names")
            }
            guard names.insert(name).inserted else { throw problem("\(name) is there twice") }
            try expect(":")
            try member(&self, name)
        } while take(",")
        try expect("}")
    }

    /// - Throws: ``Problem`` if anything follows.
    mutating func end() throws {
        space()
        guard place == json.count else { throw problem("more follows after the object") }
    }

    mutating func integers(atMost most: Int) throws -> [Int] {
        try expect("[")
        var integers: [Int] = []
        if take("]") { return integers }
        repeat {
            guard integers.count < most else {
                throw problem("a list has more than \(most) numbers")
            }
            integers.append(try integer())
        } while take(",")
        try expect("]")
        return integers
    }

    /// A whole number without fraction and exponent.
    private mutating func integer() throws -> Int {
        let isNegative = take("-")
        if !isNegative { space() }
        let start = place
        var value = 0
        while place < json.count, isDigit(json[place]) {
            let (tens, overflows) = value.multipliedReportingOverflow(by: 10)
            let digit = Int(json[place] - UInt8(ascii: "0"))
            let (sum, passes) = tens.addingReportingOverflow(digit)
            guard !overflows, !passes else { throw problem("a number is too large") }
            value = sum
            place += 1
        }
        let isEnd = place < json.count && !isNumberByte(json[place])
        let hasZero = place > start + 1 && json[start] == UInt8(ascii: "0")
        guard place > start, isEnd, !hasZero, !isNegative || value > 0 else {
            throw problem("this must be a whole number")
        }
        return isNegative ? -value : value
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    private func isNumberByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "e"),
            UInt8(ascii: "E"):
            true
        default: isDigit(byte)
        }
    }

    mutating func text() throws -> String {
        try expect("\"")
        let start = place
        // Most texts have no escape and need no change.
        while place < json.count, json[place] >= 0x20, json[place] != UInt8(ascii: "\\") {
            if json[place] == UInt8(ascii: "\"") {
                defer { place += 1 }
                return try validated(UnsafeRawBufferPointer(rebasing: json[start..<place]))
            }
            place += 1
        }
        return try escapedText(from: start)
    }

    private mutating func escapedText(from start: Int) throws -> String {
        try checkLength(place - start)
        var bytes = Array(json[start..<place])
        while place < json.count {
            let byte = json[place]
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return try validated(bytes)
            case UInt8(ascii: "\\"): bytes += try escape()
            case 0..<0x20: throw problem("a control character stands in a text")
            default: bytes.append(byte)
            }
            try checkLength(bytes.count)
        }
        throw problem("a text does not end")
    }

    private func checkLength(_ count: Int) throws {
        guard count <= Self.longestText else {
            throw problem("a text has more than \(Self.longestText) bytes")
        }
    }

    private func validated(_ bytes: some Collection<UInt8>) throws -> String {
        try checkLength(bytes.count)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw problem("a text is no UTF-8")
        }
        return text
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
        case UInt8(ascii: "u"): return try codePoint()
        default: throw problem("an unknown escape stands in a text")
        }
    }

    /// The character whose code follows `\u`.
    ///
    /// A character beyond the first 65536 has two codes, each of which is a half.
    private mutating func codePoint() throws -> [UInt8] {
        var value = try hexadecimal()
        let alone = "half of a character stands alone"
        if (0xD800..<0xDC00).contains(value) {
            guard place + 1 < json.count, json[place] == UInt8(ascii: "\\"),
                json[place + 1] == UInt8(ascii: "u")
            else { throw problem(alone) }
            place += 2
            let low = try hexadecimal()
            guard (0xDC00..<0xE000).contains(low) else { throw problem(alone) }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw problem(alone) }
        return Array(String(Character(scalar)).utf8)
    }

    private mutating func hexadecimal() throws -> UInt32 {
        guard json.count - place >= 4 else { throw problem("a text does not end") }
        var value: UInt32 = 0
        for byte in json[place..<place + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw problem("\\u must be followed by four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
        }
        place += 4
        return value
    }

    /// Passes over any value.
    mutating func skip(depth: Int = 0) throws {
        guard depth < Self.deepest else { throw problem("it nests more than \(Self.deepest) deep") }
        space()
        guard place < json.count else { throw problem("a value is missing") }
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
            while place < json.count, isNumberByte(json[place]) { place += 1 }
            let text = String(decoding: json[start..<place].prefix(400), as: UTF8.self)
            guard place > start, place - start <= 400, Double(text) != nil else {
                throw problem("a value is missing")
            }
        }
    }

    private mutating func space() {
        while place < json.count {
            switch json[place] {
            case 0x20, 0x09, 0x0A, 0x0D: place += 1
            default: return
            }
        }
    }

    mutating func isNext(_ byte: Unicode.Scalar) -> Bool {
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
        guard take(byte) else { throw problem("\(byte) is missing") }
    }

    mutating func word(_ word: String) throws {
        space()
        let bytes = Array(word.utf8)
        guard json.count - place >= bytes.count,
            json[place..<place + bytes.count].elementsEqual(bytes)
        else { throw problem("\(word) is missing") }
        place += bytes.count
    }
}
