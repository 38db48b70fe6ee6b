extension Mutator {
    /// Words with a meaning in text formats, and numbers that few readers expect.
    private static let words: [[UInt8]] = [
        "0", "-0", "-1", "1.0", "1.5", "1e308", "1e400", "-1e308", "NaN", "nan", "inf", "-inf",
        "9223372036854775807", "-9223372036854775808", "18446744073709551616", "65536", "65537",
        "4294967296", "2147483648", "0x10", "0o7", "1_000", "null", "~", "true", "false", "yes",
        "[]", "{}", "[[]]", "\"\"", "\"", "'", ",", ";", ":", "\n", "\r\n", "\t", "{", "}", "[",
        "]", "&a", "*a", "<<: ", "<<: *a", "!!binary", "!!int", "- ", "? ", "| ", "> ", "# ", "...",
        "---", "\u{0}", "\u{1B}[2J", "\u{feff}", "\\ud800", "\\u0000", "é", "%", "@", "`", "/",
        "../", "Path", "img_size", "size", "counts", "Cardiomegaly", "Frontal/Lateral",
        "oooooooooo", "////////", "0000", "PPPP",
    ].map { Array($0.utf8) }

    /// Makes one change of the words and numbers of a text.
    mutating func changeText(_ bytes: inout [UInt8], at offset: Int) {
        let word = random.pick(Self.words)
        switch random.below(5) {
        case 0, 1: bytes.insert(contentsOf: word, at: offset)
        case 2, 3:
            let range = Self.word(at: offset, in: bytes)
            bytes.replaceSubrange(range, with: word)
        default: bytes.swapAt(offset, self.offset(in: bytes))
        }
    }

    /// The word or number at an offset.
    ///
    /// It is empty if there is none.
    private static func word(at offset: Int, in bytes: [UInt8]) -> Range<Int> {
        var first = offset
        var end = offset
        while first > 0, isPart(bytes[first - 1]) { first -= 1 }
        while end < bytes.count, isPart(bytes[end]) { end += 1 }
        return first..<end
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
