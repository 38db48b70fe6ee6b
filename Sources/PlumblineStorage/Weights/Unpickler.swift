import Foundation

/// Reads the pickles that `torch.save` writes.
///
/// A pickle is a program. Only instructions that make tensors, containers and plain values are
/// followed. What another name makes (a counter, a scheduler, the options of the command line) is
/// an opaque value: it is passed over, never imported, built or run. A name from a module that can
/// run code is refused, because no checkpoint has a use for it.
struct Unpickler {
    /// Containers, their entries, names and notes, together: no checkpoint comes near it.
    static let mostEntries = 1_500_000
    /// Values that wait on the stack.
    static let mostWaiting = 1_000_000
    static let mostInstructions = 10_000_000
    /// Bytes of all texts.
    ///
    /// A longer text than the second is no name and is passed over.
    static let mostText = 32 << 20
    private static let longestText = 65_536
    /// A tuple within tuples: more than any checkpoint has.
    static let deepest = 100
    /// PyTorch has no tensor of more dimensions.
    static let mostDimensions = 64

    private let pickle = Pickle()
    private var bytes: PickleBytes
    private var entries = 0
    private var textCount = 0
    private var stack: [PickleValue] = []
    private var marks: [Int] = []
    /// Values by the number of their note.
    ///
    /// Python counts them up.
    private var notes: [PickleValue?] = []
    private var noteCount = 0

    /// The pickle that begins at `start`.
    ///
    /// - Throws: ``StorageError`` where it is damaged, too large, or asks for what can run code.
    static func read(_ file: FileBytes, _ range: Range<Int>) throws -> Pickle {
        try file.withBytes(0..<range.upperBound) { raw in
            var reader = Unpickler(PickleBytes(raw, from: range.lowerBound, path: file.path))
            reader.pickle.root = try reader.run()
            reader.pickle.end = reader.bytes.place
            return reader.pickle
        }
    }

    private init(_ bytes: PickleBytes) { self.bytes = bytes }

    private func fail(_ reason: String) -> StorageError { bytes.fail(reason) }

    // MARK: The stack

    private mutating func count(_ added: Int) throws {
        entries += added
        guard entries <= Self.mostEntries else {
            throw fail("holds more than \(Self.mostEntries) entries: refused")
        }
    }

    private mutating func push(_ value: PickleValue) throws {
        guard stack.count < Self.mostWaiting else {
            throw fail("has more than \(Self.mostWaiting) values on its stack: refused")
        }
        stack.append(value)
    }

    private mutating func pushTuple(_ parts: [PickleValue]) throws {
        try count(1 + parts.count)
        var depth = 0
        for part in parts { depth = max(depth, part.tupleDepth) }
        guard depth < Self.deepest else {
            throw fail("nests tuples more than \(Self.deepest) deep: refused")
        }
        try push(.tuple(parts, depth: depth + 1))
    }

    private mutating func newDictionary() throws -> PickleDictionary {
        try count(1)
        return pickle.newDictionary()
    }

    private mutating func newList() throws -> PickleList {
        try count(1)
        return pickle.newList()
    }

    private mutating func pop() throws -> PickleValue {
        guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
            throw fail("takes from an empty stack")
        }
        return value
    }

    private mutating func popToMark() throws -> [PickleValue] {
        guard let mark = marks.popLast(), mark <= stack.count else { throw fail("has no mark") }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[mark...])
    }

    private func top() throws -> PickleValue {
        guard stack.count > (marks.last ?? 0), let value = stack.last else {
            throw fail("takes from an empty stack")
        }
        return value
    }

    private mutating func note(_ index: Int) throws {
        let value = try top()
        try count(1)
        guard index < Self.mostEntries else {
            throw fail("notes under a number beyond \(Self.mostEntries): refused")
        }
        while notes.count <= index { notes.append(nil) }
        if notes[index] == nil { noteCount += 1 }
        notes[index] = value
    }

    private func remembered(_ index: Int) throws -> PickleValue {
        guard index < notes.count, let value = notes[index] else {
            throw fail("recalls what it never noted")
        }
        return value
    }

    /// The number of a note, in text.
    private mutating func noteIndex() throws -> Int {
        guard let index = Int(try bytes.line()), index >= 0 else {
            throw fail("notes under no number")
        }
        return index
    }

    // MARK: Instructions

    private mutating func run() throws -> PickleValue {
        for _ in 0..<Self.mostInstructions {
            let code = try bytes.byte()
            if code == UInt8(ascii: ".") { return try pop() }
            if try value(code) || container(code) || noted(code) || object(code) { continue }
            let name = String(format: "0x%02X", Int(code))
            throw fail(
                "has the instruction \(name), which tensors and containers do not need: refused")
        }
        throw fail("has more than \(Self.mostInstructions) instructions: refused")
    }

    /// Numbers, texts and bytes.
    private mutating func value(_ code: UInt8) throws -> Bool {
        switch code {
        case 0x80: _ = try bytes.take(1)  // PROTO
        case 0x95: _ = try bytes.take(8)  // FRAME
        case UInt8(ascii: "N"): try push(.none)
        case 0x88: try push(.bool(true))
        case 0x89: try push(.bool(false))
        case UInt8(ascii: "J"): try push(.int(try bytes.number(Int32.self)))
        case UInt8(ascii: "K"): try push(.int(Int(try bytes.byte())))
        case UInt8(ascii: "M"): try push(.int(try bytes.number(UInt16.self)))
        case 0x8A: try push(try long(Int(try bytes.byte())))
        case 0x8B: try push(try long(try bytes.number(Int32.self)))
        case UInt8(ascii: "I"), UInt8(ascii: "L"):
            let text = try bytes.line()
            try push(Int(text.prefix { $0 != "L" }).map { .int($0) } ?? .opaque("a long number"))
        case UInt8(ascii: "F"): try push(.double(Double(try bytes.line()) ?? .nan))
        case UInt8(ascii: "G"):
            let bits = try bytes.take(8).loadUnaligned(as: UInt64.self)
            try push(.double(Double(bitPattern: UInt64(bigEndian: bits))))
        default: return try text(code)
        }
        return true
    }

    private mutating func text(_ code: UInt8) throws -> Bool {
        switch code {
        case UInt8(ascii: "X"): try push(try text(count: try bytes.number(UInt32.self)))
        case 0x8C: try push(try text(count: Int(try bytes.byte())))
        case 0x8D: try push(try text(count: try bytes.number(UInt64.self)))
        // What Python 2 called a text: its files name their weights so.
        case UInt8(ascii: "U"): try push(try text(count: Int(try bytes.byte())))
        case UInt8(ascii: "T"): try push(try text(count: try bytes.number(Int32.self)))
        case UInt8(ascii: "V"): try push(try counted(try bytes.line()))
        case UInt8(ascii: "S"):
            let quoted = try bytes.line()
            let isQuoted = quoted.count > 1 && "'\"".contains(quoted.first!)
            try push(try counted(isQuoted ? String(quoted.dropFirst().dropLast()) : quoted))
        case UInt8(ascii: "C"): try push(try skipped(Int(try bytes.byte())))
        case UInt8(ascii: "B"): try push(try skipped(try bytes.number(UInt32.self)))
        case 0x8E, 0x96: try push(try skipped(try bytes.number(UInt64.self)))
        default: return false
        }
        return true
    }

    private mutating func container(_ code: UInt8) throws -> Bool {
        switch code {
        case UInt8(ascii: "}"): try push(.dictionary(try newDictionary()))
        case UInt8(ascii: "]"): try push(.list(try newList()))
        case UInt8(ascii: ")"): try pushTuple([])
        case UInt8(ascii: "t"): try pushTuple(try popToMark())
        case 0x85: try pushTuple([try pop()])
        case 0x86:
            let second = try pop()
            try pushTuple([try pop(), second])
        case 0x87:
            let third = try pop()
            let second = try pop()
            try pushTuple([try pop(), second, third])
        case UInt8(ascii: "l"):
            let items = try popToMark()
            try push(.list(try newList()))
            try append(items)
        case UInt8(ascii: "d"):
            let items = try popToMark()
            try push(.dictionary(try newDictionary()))
            try setItems(items)
        case UInt8(ascii: "a"): try append([try pop()])
        case UInt8(ascii: "e"): try append(try popToMark())
        case UInt8(ascii: "s"):
            let value = try pop()
            try setItems([try pop(), value])
        case UInt8(ascii: "u"): try setItems(try popToMark())
        case 0x8F: try push(.opaque("set"))
        case 0x90: _ = try popToMark()  // ADDITEMS
        case 0x91:
            _ = try popToMark()
            try push(.opaque("frozenset"))
        default: return false
        }
        return true
    }

    /// Marks, and values that stand there again.
    private mutating func noted(_ code: UInt8) throws -> Bool {
        switch code {
        case UInt8(ascii: "("):
            guard marks.count < Self.mostWaiting else {
                throw fail("has more than \(Self.mostWaiting) marks: refused")
            }
            marks.append(stack.count)
        case UInt8(ascii: "0"):
            // Python takes a mark away where it is on top.
            if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
        case UInt8(ascii: "1"): _ = try popToMark()
        case UInt8(ascii: "2"): try push(try top())
        case UInt8(ascii: "p"): try note(try noteIndex())
        case UInt8(ascii: "q"): try note(Int(try bytes.byte()))
        case UInt8(ascii: "r"): try note(try bytes.number(UInt32.self))
        case 0x94: try note(noteCount)
        case UInt8(ascii: "g"): try push(try remembered(try noteIndex()))
        case UInt8(ascii: "h"): try push(try remembered(Int(try bytes.byte())))
        case UInt8(ascii: "j"): try push(try remembered(try bytes.number(UInt32.self)))
        default: return false
        }
        return true
    }

    /// Names, and what is built by them.
    private mutating func object(_ code: UInt8) throws -> Bool {
        switch code {
        case UInt8(ascii: "c"):
            let module = try bytes.line()
            try push(try global(module, try bytes.line()))
        case 0x93:
            guard case .string(let name) = try pop(), case .string(let module) = try pop() else {
                throw fail("names a global by no text")
            }
            try push(try global(module, name))
        case UInt8(ascii: "i"):
            let module = try bytes.line()
            let made = try global(module, try bytes.line())
            _ = try popToMark()
            try push(.opaque(name(made)))
        case UInt8(ascii: "o"):
            let parts = try popToMark()
            try push(.opaque(parts.first.map(name) ?? "object"))
        case 0x82: try push(extensionValue(Int(try bytes.byte())))
        case 0x83: try push(extensionValue(try bytes.number(UInt16.self)))
        case 0x84: try push(extensionValue(try bytes.number(UInt32.self)))
        case UInt8(ascii: "P"): try push(.opaque(try bytes.line()))
        case UInt8(ascii: "Q"): try push(try storage(try pop()))
        case UInt8(ascii: "R"):
            let arguments = try pop()
            try push(try call(try pop(), arguments))
        case 0x81, 0x92:  // NEWOBJ, NEWOBJ_EX
            if code == 0x92 { _ = try pop() }
            _ = try pop()
            let made = try pop()
            if case .global(PickleNames.ordered) = made {
                try push(.dictionary(try newDictionary()))
            } else {
                try push(.opaque(name(made)))
            }
        case UInt8(ascii: "b"):
            // The state of an ordered dictionary is its metadata, and that of a tensor or an
            // opaque value is nothing that is read: it is passed over.
            _ = try pop()
            switch try top() {
            case .dictionary, .tensor, .opaque: break
            default: throw fail("sets the state of what has none")
            }
        default: return false
        }
        return true
    }

    // MARK: Values

    private mutating func long(_ count: Int) throws -> PickleValue {
        let raw = try bytes.take(count)
        guard count <= 8 else { return .opaque("a long number") }
        var value: Int64 = (raw.last ?? 0) >= 0x80 ? -1 : 0
        for byte in raw.reversed() { value = value << 8 | Int64(byte) }
        return .int(Int(value))
    }

    /// Python writes a lone half of a surrogate pair as three bytes that are no UTF-8.
    ///
    /// Only names of weights matter here, so such a text is mended and not refused.
    private mutating func text(count: Int) throws -> PickleValue {
        let raw = try bytes.take(count)
        guard count <= Self.longestText else { return .opaque("a long text") }
        return try counted(String(decoding: raw, as: UTF8.self))
    }

    private mutating func counted(_ text: String) throws -> PickleValue {
        textCount += text.utf8.count
        guard textCount <= Self.mostText else {
            throw fail("holds texts of more than \(Self.mostText) bytes: refused")
        }
        return .string(text)
    }

    private mutating func skipped(_ count: Int) throws -> PickleValue {
        _ = try bytes.take(count)
        return .opaque("bytes")
    }

    private mutating func extensionValue(_ code: Int) -> PickleValue {
        pickle.firstOpaque = pickle.firstOpaque ?? "the registered extension \(code)"
        return .opaque("extension")
    }

    private mutating func append(_ items: [PickleValue]) throws {
        switch try top() {
        case .list(let list):
            try count(items.count)
            list.items += items
        case .opaque: break
        default: throw fail("appends to what is no list")
        }
    }

    /// Keys and values in turn.
    private mutating func setItems(_ items: [PickleValue]) throws {
        guard items.count % 2 == 0 else { throw fail("has a key without a value") }
        switch try top() {
        case .dictionary(let dictionary):
            try count(items.count)
            for index in stride(from: 0, to: items.count, by: 2) {
                dictionary.items.append((items[index], items[index + 1]))
            }
        case .opaque: break
        default: throw fail("sets an item of what is no dictionary")
        }
    }

    // MARK: Objects

    private mutating func global(_ module: String, _ name: String) throws -> PickleValue {
        try count(1)
        let (full, kind) = PickleNames.kind(module, name)
        switch kind {
        case .known: return .global(full)
        case .plain: break
        case .other: pickle.firstOpaque = pickle.firstOpaque ?? full
        case .running:
            throw fail(
                "wants \(full), which can run code and which no weights need: refused. Ask for a "
                    + "file of the state dictionary alone: torch.save(model.state_dict(), ...)")
        }
        return .opaque(full)
    }

    private func name(_ value: PickleValue) -> String {
        switch value {
        case .global(let name), .opaque(let name): name
        default: "object"
        }
    }

    /// `("storage", type, key, device, count)`, and before PyTorch 1.6 a view of it as the sixth:
    /// `(key, start, count)`.
    ///
    /// A whole module stands there as `("module", class, file, source)`.
    private mutating func storage(_ value: PickleValue) throws -> PickleValue {
        guard case .tuple(let parts, _) = value else { return .opaque("a reference") }
        if case .string("module")? = parts.first, parts.count > 1 {
            return .opaque(name(parts[1]))
        }
        guard (5...6).contains(parts.count), case .string("storage") = parts[0],
            case .int(let count) = parts[4], count >= 0, let key = storageKey(parts[2])
        else { throw fail("refers to a storage in an unknown way") }
        var start = 0
        if parts.count == 6, case .tuple(let view, _) = parts[5] {
            guard view.count == 3, case .int(let first) = view[1], first >= 0, first <= count
            else { throw fail("refers to a part of a storage in an unknown way") }
            start = first
        }
        let type = name(parts[1])
        let isUntyped = PickleNames.untyped.contains(type)
        let format =
            type.hasPrefix("torch.") ? PickleNames.storages[String(type.dropFirst(6))] : nil
        let storage = PickledStorage(
            format: format, type: type, key: key, count: count, start: start,
            size: isUntyped ? 1 : format?.size ?? PickleNames.otherSizes[type])
        try self.count(1)
        if pickle.storages[key] == nil { pickle.storages[key] = storage }
        return format != nil || isUntyped ? .storage(storage) : .opaque(type)
    }

    private func storageKey(_ value: PickleValue) -> String? {
        switch value {
        case .string(let text): text
        case .int(let number): String(number)
        default: nil
        }
    }

    /// Only what builds tensors and containers of known parts gives one; every other call gives an
    /// opaque value, and nothing is run.
    private mutating func call(_ callee: PickleValue, _ arguments: PickleValue) throws
        -> PickleValue
    {
        if case .opaque = callee { return callee }
        guard case .global(let name) = callee else { throw fail("calls what is no name") }
        guard case .tuple(let parts, _) = arguments else {
            throw fail("calls \(name) without arguments")
        }
        if name == PickleNames.ordered { return try orderedDictionary(parts) }
        if name == PickleNames.size, parts.count == 1 { return parts[0] }
        if PickleNames.parameters.contains(name) {
            // Of what is no tensor here, no weight comes.
            if case .tensor? = parts.first { return parts[0] }
            return .opaque(name)
        }
        if PickleNames.rebuilds.contains(name) || name == PickleNames.rebuildTyped {
            return try tensor(parts, isTyped: name == PickleNames.rebuildTyped)
        }
        throw fail("calls \(name) in an unknown way")
    }

    /// Python 2 gives its entries as a list of pairs; later versions set them afterwards.
    private mutating func orderedDictionary(_ parts: [PickleValue]) throws -> PickleValue {
        let dictionary = try newDictionary()
        guard case .list(let pairs)? = parts.first else { return .dictionary(dictionary) }
        try count(2 * pairs.items.count)
        for pair in pairs.items {
            let entry: [PickleValue]
            switch pair {
            case .tuple(let items, _): entry = items
            case .list(let list): entry = list.items
            default: throw fail("builds a dictionary of what are no pairs")
            }
            guard entry.count == 2 else {
                throw fail("builds a dictionary of what are no pairs")
            }
            dictionary.items.append((entry[0], entry[1]))
        }
        return .dictionary(dictionary)
    }

    /// `(storage, offset, shape, strides, requires_grad, hooks)`; with a type as the seventh where
    /// the storage is of bytes.
    private mutating func tensor(_ parts: [PickleValue], isTyped: Bool) throws -> PickleValue {
        if case .opaque(let name)? = parts.first { return .opaque(name) }
        guard parts.count >= (isTyped ? 7 : 4), case .storage(let storage) = parts[0],
            case .int(let offset) = parts[1], offset >= 0, let shape = integers(parts[2]),
            let strides = integers(parts[3]), shape.count == strides.count
        else { throw fail("builds a tensor in an unknown way") }
        guard shape.count <= Self.mostDimensions else {
            throw fail(
                "builds a tensor of \(shape.count) dimensions (at most \(Self.mostDimensions))")
        }
        var format = storage.format
        var elements = storage.count
        if isTyped {
            guard case .opaque(let name) = parts[6], let type = PickleNames.types[name] else {
                return .opaque("a tensor of an unknown type")
            }
            let (size, isTooLarge) = elements.multipliedReportingOverflow(by: storage.size ?? 1)
            guard !isTooLarge else { throw fail("holds a storage of \(elements) values") }
            format = type
            elements = size / type.size
        }
        guard let format else { return .opaque("a tensor of an unknown type") }
        let (place, isBeyond) = offset.addingReportingOverflow(storage.start)
        guard !isBeyond else { throw fail("builds a tensor in an unknown way") }
        try count(1)
        return .tensor(
            PickledTensor(
                format: format, key: storage.key, storageCount: elements, offset: place,
                shape: shape, strides: strides))
    }

    private func integers(_ value: PickleValue) -> [Int]? {
        guard case .tuple(let items, _) = value else { return nil }
        let found = items.compactMap { item -> Int? in
            if case .int(let number) = item { return number }
            return nil
        }
        return found.count == items.count ? found : nil
    }
}
