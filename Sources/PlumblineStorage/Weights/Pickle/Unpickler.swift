import Foundation

/// Reads the pickles that `torch.save` writes.
///
/// A pickle is a program. Only instructions that make tensors, containers and plain values are
/// followed. What another name makes (a counter, a scheduler, the options of the command line) is
/// an opaque value: it is passed over, never imported, built or run. A name from a module that can
/// run code is refused, because no checkpoint has a use for it.
///
/// Each family of instructions has a file: `Unpickler+Values.swift` and so on.
struct Unpickler {
    let pickle = Pickle()
    var bytes: PickleBytes
    var budget = PickleBudget()
    var stack = PickleStack()
    var memo = PickleMemo()

    /// The pickle that begins at the start of `range`.
    ///
    /// - Throws: ``StorageError`` if it is damaged, too large, or asks for what can run code.
    static func read(_ file: FileBytes, _ range: Range<Int>) throws -> Pickle {
        try file.withBytes(0..<range.upperBound) { raw in
            var reader = Unpickler(bytes: PickleBytes(raw, from: range.lowerBound))
            do { reader.pickle.root = try reader.run() } catch let fault as PickleFault {
                throw StorageError(file.path, "its pickle \(fault.reason)")
            }
            reader.pickle.end = reader.bytes.place
            return reader.pickle
        }
    }

    private init(bytes: PickleBytes) { self.bytes = bytes }

    private mutating func run() throws -> PickleValue {
        for _ in 0..<PickleBudget.mostInstructions {
            let code = try bytes.byte()
            guard let opcode = PickleOpcode(rawValue: code) else {
                let name = String(format: "0x%02X", Int(code))
                throw PickleFault(
                    "has the instruction \(name), which tensors and containers do not need: "
                        + "refused")
            }
            if opcode == .stop { return try stack.pop() }
            try follow(opcode)
        }
        throw PickleFault(
            "has more than \(PickleBudget.mostInstructions) instructions: refused")
    }

    private mutating func follow(_ opcode: PickleOpcode) throws {
        switch opcode {
        case .stop: break
        case .proto, .frame: try passOver(opcode)
        case .none, .newTrue, .newFalse, .binInt, .binInt1, .binInt2, .long1, .long4, .int, .long,
            .float, .binFloat:
            try stack.push(try number(opcode))
        case .binUnicode, .shortBinUnicode, .binUnicode8, .shortBinString, .binString, .unicode,
            .string:
            try stack.push(try text(opcode))
        case .shortBinBytes, .binBytes, .binBytes8, .byteArray8:
            try stack.push(try skippedBytes(opcode))
        case .emptyTuple, .tuple, .tuple1, .tuple2, .tuple3: try makeTuple(opcode)
        case .emptyDict, .emptyList, .list, .dict, .emptySet, .frozenSet: try makeContainer(opcode)
        case .append, .appends, .setItem, .setItems, .addItems: try fillContainer(opcode)
        case .mark, .pop, .popMark, .dup: try arrangeStack(opcode)
        case .put, .binPut, .longBinPut, .memoize, .get, .binGet, .longBinGet: try useMemo(opcode)
        case .global, .stackGlobal, .inst, .ext1, .ext2, .ext4: try pushName(opcode)
        case .obj, .persID, .binPersID, .reduce, .newObj, .newObjEx, .build:
            try makeObject(opcode)
        }
    }
}
