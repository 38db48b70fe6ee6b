/// Numbers, texts and bytes.
extension Unpickler {
    /// What only helps a reader: the version of the format, and the length of a part.
    mutating func passOver(_ opcode: PickleOpcode) throws {
        _ = try bytes.take(opcode == .proto ? 1 : 8)
    }

    mutating func number(_ opcode: PickleOpcode) throws -> PickleValue {
        switch opcode {
        case .newTrue: return .bool(true)
        case .newFalse: return .bool(false)
        case .binInt: return .int(try bytes.number(Int32.self))
        case .binInt1: return .int(Int(try bytes.byte()))
        case .binInt2: return .int(try bytes.number(UInt16.self))
        case .long1: return try long(Int(try bytes.byte()))
        case .long4: return try long(try bytes.number(Int32.self))
        case .int, .long:
            let text = try bytes.line()
            return Int(text.prefix { $0 != "L" }).map { .int($0) } ?? .opaque("a long number")
        case .float: return .double(Double(try bytes.line()) ?? .nan)
        case .binFloat:
            let bits = try bytes.take(8).loadUnaligned(as: UInt64.self)
            return .double(Double(bitPattern: UInt64(bigEndian: bits)))
        default: return .none
        }
    }

    private mutating func long(_ count: Int) throws -> PickleValue {
        let raw = try bytes.take(count)
        guard count <= 8 else { return .opaque("a long number") }
        var value: Int64 = (raw.last ?? 0) >= 0x80 ? -1 : 0
        for byte in raw.reversed() { value = value << 8 | Int64(byte) }
        return .int(Int(value))
    }

    mutating func text(_ opcode: PickleOpcode) throws -> PickleValue {
        switch opcode {
        case .shortBinUnicode: return try text(count: Int(try bytes.byte()))
        case .binUnicode8: return try text(count: try bytes.number(UInt64.self))
        // A text of Python 2, whose files name their weights with it.
        case .shortBinString: return try text(count: Int(try bytes.byte()))
        case .binString: return try text(count: try bytes.number(Int32.self))
        case .unicode: return try counted(try bytes.line())
        case .string:
            let quoted = try bytes.line()
            let isQuoted = quoted.count > 1 && "'\"".contains(quoted.first!)
            return try counted(isQuoted ? String(quoted.dropFirst().dropLast()) : quoted)
        default: return try text(count: try bytes.number(UInt32.self))
        }
    }

    /// Python writes a lone half of a surrogate pair as three bytes that are no UTF-8.
    ///
    /// Only names of weights matter here, so such a text is repaired and not refused.
    private mutating func text(count: Int) throws -> PickleValue {
        let raw = try bytes.take(count)
        guard count <= PickleBudget.longestText else { return .opaque("a long text") }
        return try counted(String(decoding: raw, as: UTF8.self))
    }

    private mutating func counted(_ text: String) throws -> PickleValue {
        try budget.addText(text.utf8.count)
        return .string(text)
    }

    mutating func skippedBytes(_ opcode: PickleOpcode) throws -> PickleValue {
        let count =
            switch opcode {
            case .shortBinBytes: Int(try bytes.byte())
            case .binBytes: try bytes.number(UInt32.self)
            default: try bytes.number(UInt64.self)
            }
        _ = try bytes.take(count)
        return .opaque("bytes")
    }
}
