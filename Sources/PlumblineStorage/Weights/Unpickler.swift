import Foundation

/// Reads the pickles that `torch.save` writes.
///
/// A pickle is a program. Only instructions that make tensors, containers and plain values are
/// followed. What another name makes (a counter, a scheduler, the options of the command line) is
/// an opaque value: it is passed over, never imported, built or run. A name from a module that can
/// run code is refused, because no checkpoint has a use for it.
struct Unpickler {
    private let bytes: [UInt8]
    private let path: String
    private var place = 0
    private var stack: [PickleValue] = []
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]

    /// Every list and dictionary, so that their release is not one call inside the other.
    private var lists: [PickleList] = []
    private var dictionaries: [PickleDictionary] = []
    /// The first name that was passed over.
    private var firstOpaque: String?

    private static let storages: [String: NumberFormat] = [
        "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
        "DoubleStorage": .float64, "LongStorage": .int64, "IntStorage": .int32,
        "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8,
        "BoolStorage": .bool,
    ]
    private static let rebuild = "torch._utils._rebuild_tensor_v2"
    private static let parameter = "torch._utils._rebuild_parameter"
    private static let ordered = "collections.OrderedDict"
    private static let size = "torch.Size"
    /// Modules whose names can run code or reach other files.
    private static let running: Set = [
        "os", "posix", "nt", "subprocess", "sys", "importlib", "runpy", "pty", "shutil", "socket",
        "webbrowser", "ctypes", "code", "codeop", "pickle", "_pickle", "marshal", "operator",
        "types", "commands", "popen2", "pip", "asyncio", "multiprocessing", "threading", "signal",
        "platform", "tempfile", "urllib", "http", "ftplib", "inspect", "timeit", "bdb", "pdb",
        "cProfile", "profile", "trace", "compileall", "py_compile", "imp", "pkgutil", "zipimport",
        "functools", "builtins", "__builtin__",
    ]
    /// What of `builtins` a checkpoint may hold.
    private static let plainTypes: Set = [
        "set", "frozenset", "bytearray", "bytes", "complex", "slice", "range", "list", "dict",
        "tuple", "int", "float", "str", "bool", "object",
    ]
    /// A tuple within tuples: more than any checkpoint has.
    private static let deepest = 100

    /// What one pickle holds, and where it ends.
    struct Result {
        let value: PickleValue
        let end: Int
        /// The first name that was passed over.
        let firstOpaque: String?
        fileprivate let lists: [PickleList]
        fileprivate let dictionaries: [PickleDictionary]

        /// Takes the containers apart. Called when they are read, because the release of a long
        /// chain is one call inside the other.
        func release() {
            for list in lists { list.items = [] }
            for dictionary in dictionaries { dictionary.items = [] }
        }
    }

    /// - Parameter start: where the pickle begins in `bytes`.
    static func read(_ bytes: [UInt8], from start: Int = 0, path: String) throws -> Result {
        var reader = Unpickler(bytes: bytes, start: start, path: path)
        do {
            let value = try reader.run()
            return Result(
                value: value, end: reader.place, firstOpaque: reader.firstOpaque,
                lists: reader.lists, dictionaries: reader.dictionaries)
        } catch {
            for list in reader.lists { list.items = [] }
            for dictionary in reader.dictionaries { dictionary.items = [] }
            throw error
        }
    }

    private init(bytes: [UInt8], start: Int, path: String) {
        self.bytes = bytes
        self.path = path
        place = start
    }

    private mutating func newList(_ items: [PickleValue] = []) -> PickleValue {
        let list = PickleList()
        list.items = items
        lists.append(list)
        return .list(list)
    }

    private mutating func newDictionary() -> PickleValue {
        let dictionary = PickleDictionary()
        dictionaries.append(dictionary)
        return .dictionary(dictionary)
    }

    private func tuple(_ items: [PickleValue]) throws -> PickleValue {
        let tuple = PickleTuple(items)
        guard tuple.depth <= Self.deepest else {
            throw fail("nests tuples more than \(Self.deepest) deep: refused")
        }
        return .tuple(tuple)
    }

    private func fail(_ reason: String) -> StorageError {
        StorageError(path, "its pickle \(reason)")
    }

    private mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.count - place else {
            throw fail("ends in the middle (truncated?)")
        }
        defer { place += count }
        return bytes[place..<place + count]
    }

    private mutating func number<Value: FixedWidthInteger>(_ type: Value.Type) throws -> Int {
        var value: Value = 0
        for (index, byte) in try take(MemoryLayout<Value>.size).enumerated() {
            value |= Value(truncatingIfNeeded: byte) << (8 * index)
        }
        return Int(clamping: value)
    }

    private mutating func text(_ count: Int) throws -> String {
        guard let text = String(validating: try take(count), as: UTF8.self) else {
            throw fail("holds a text that is no UTF-8")
        }
        return text
    }

    private mutating func line() throws -> String {
        guard let end = bytes[place...].firstIndex(of: 0x0A) else {
            throw fail("ends in the middle (truncated?)")
        }
        defer { place = end + 1 }
        return String(decoding: bytes[place..<end], as: UTF8.self)
    }

    private mutating func pop() throws -> PickleValue {
        guard let value = stack.popLast(), stack.count >= (marks.last ?? 0) else {
            throw fail("takes from an empty stack")
        }
        return value
    }

    private mutating func popToMark() throws -> [PickleValue] {
        guard let mark = marks.popLast(), mark <= stack.count else { throw fail("has no mark") }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[mark...])
    }

    private mutating func run() throws -> PickleValue {
        while true {
            let code = try take(1).first!
            switch code {
            case 0x80: _ = try take(1)  // PROTO
            case 0x95: _ = try take(8)  // FRAME
            case UInt8(ascii: "}"): stack.append(newDictionary())
            case UInt8(ascii: "]"): stack.append(newList())
            case UInt8(ascii: ")"): stack.append(try tuple([]))
            case UInt8(ascii: "("): marks.append(stack.count)
            case UInt8(ascii: "N"): stack.append(.none)
            case 0x88: stack.append(.bool(true))
            case 0x89: stack.append(.bool(false))
            case UInt8(ascii: "J"): stack.append(.int(try number(Int32.self)))
            case UInt8(ascii: "K"): stack.append(.int(try number(UInt8.self)))
            case UInt8(ascii: "M"): stack.append(.int(try number(UInt16.self)))
            case 0x8A: stack.append(.int(try long(try number(UInt8.self))))
            case UInt8(ascii: "G"):
                let bits = try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                stack.append(.double(Double(bitPattern: bits)))
            case UInt8(ascii: "X"): stack.append(.string(try text(try number(UInt32.self))))
            case 0x8C: stack.append(.string(try text(try number(UInt8.self))))
            case 0x8D: stack.append(.string(try text(try number(UInt64.self))))
            case UInt8(ascii: "V"), UInt8(ascii: "S"): stack.append(.string(try line()))
            case UInt8(ascii: "I"), UInt8(ascii: "L"):
                let text = try line()
                stack.append(.int(Int(text.prefix { $0 != "L" }) ?? 0))
            case UInt8(ascii: "F"): stack.append(.double(Double(try line()) ?? .nan))
            case UInt8(ascii: "T"), UInt8(ascii: "B"):
                _ = try take(try number(UInt32.self))
                stack.append(.opaque("bytes"))
            case UInt8(ascii: "U"), UInt8(ascii: "C"):
                _ = try take(try number(UInt8.self))
                stack.append(.opaque("bytes"))
            case 0x8E, 0x96:
                _ = try take(try number(UInt64.self))
                stack.append(.opaque("bytes"))
            case 0x8B:
                let count = try number(UInt32.self)
                if count <= 8 {
                    stack.append(.int(try long(count)))
                } else {
                    _ = try take(count)
                    stack.append(.opaque("a long number"))
                }
            case 0x82: stack.append(extensionValue(try number(UInt8.self)))
            case 0x83: stack.append(extensionValue(try number(UInt16.self)))
            case 0x84: stack.append(extensionValue(try number(UInt32.self)))
            case UInt8(ascii: "p"): memo[try index(try line())] = try top()
            case UInt8(ascii: "g"): stack.append(try remembered(try index(try line())))
            case UInt8(ascii: "q"): memo[try number(UInt8.self)] = try top()
            case UInt8(ascii: "r"): memo[try number(UInt32.self)] = try top()
            case 0x94: memo[memo.count] = try top()
            case UInt8(ascii: "h"): stack.append(try remembered(try number(UInt8.self)))
            case UInt8(ascii: "j"): stack.append(try remembered(try number(UInt32.self)))
            case UInt8(ascii: "t"):
                let items = try popToMark()
                stack.append(try tuple(items))
            case 0x85:
                let item = try pop()
                stack.append(try tuple([item]))
            case 0x86:
                let b = try pop(), a = try pop()
                stack.append(try tuple([a, b]))
            case 0x87:
                let c = try pop(), b = try pop(), a = try pop()
                stack.append(try tuple([a, b, c]))
            case UInt8(ascii: "l"): stack.append(newList(try popToMark()))
            case UInt8(ascii: "d"):
                let items = try popToMark()
                stack.append(newDictionary())
                try setItems(items)
            case UInt8(ascii: "a"):
                let item = try pop()
                try append([item])
            case UInt8(ascii: "e"):
                let items = try popToMark()
                try append(items)
            case UInt8(ascii: "s"):
                let value = try pop(), key = try pop()
                try setItems([key, value])
            case UInt8(ascii: "u"):
                let items = try popToMark()
                try setItems(items)
            case 0x8F: stack.append(.opaque("set"))
            case 0x90: _ = try popToMark()  // ADDITEMS
            case 0x91:
                _ = try popToMark()
                stack.append(.opaque("frozenset"))
            case UInt8(ascii: "0"): _ = try pop()
            case UInt8(ascii: "1"): _ = try popToMark()
            case UInt8(ascii: "2"): stack.append(try top())
            case UInt8(ascii: "c"):
                let module = try line()
                stack.append(try global(module, try line()))
            case 0x93:
                guard case .string(let name) = try pop(), case .string(let module) = try pop()
                else { throw fail("names a global by no text") }
                stack.append(try global(module, name))
            case UInt8(ascii: "i"):
                let module = try line()
                let made = try global(module, try line())
                _ = try popToMark()
                stack.append(opaque(made))
            case UInt8(ascii: "o"):
                let parts = try popToMark()
                stack.append(opaque(parts.first ?? .opaque("object")))
            case 0x81, 0x92:  // NEWOBJ, NEWOBJ_EX
                if code == 0x92 { _ = try pop() }
                _ = try pop()
                let made = try pop()
                if case .global(Self.ordered) = made {
                    stack.append(newDictionary())
                } else {
                    stack.append(opaque(made))
                }
            case UInt8(ascii: "P"): stack.append(.opaque(try line()))
            case UInt8(ascii: "Q"):
                let reference = try pop()
                stack.append(try storage(reference))
            case UInt8(ascii: "R"):
                let arguments = try pop()
                switch try pop() {
                case .global(let name):
                    guard case .tuple(let tuple) = arguments else {
                        throw fail("calls \(name) without arguments")
                    }
                    stack.append(try call(name, tuple.items))
                case .opaque(let name): stack.append(.opaque(name))
                default: throw fail("calls what is no name")
                }
            case UInt8(ascii: "b"):
                // The state of an object: of a dictionary its metadata, of no use here.
                _ = try pop()
                switch try top() {
                case .dictionary, .opaque: break
                default: throw fail("sets the state of what has none")
                }
            case UInt8(ascii: "."): return try pop()
            default:
                throw fail(
                    String(
                        format:
                            "has the instruction 0x%02X, which tensors and containers do not need: refused",
                        code))
            }
        }
    }

    private mutating func long(_ count: Int) throws -> Int {
        guard count <= 8 else { throw fail("holds a number of \(count) bytes") }
        let raw = try take(count)
        var value: Int64 = (raw.last ?? 0) >= 0x80 ? -1 : 0
        for byte in raw.reversed() { value = value << 8 | Int64(byte) }
        return Int(value)
    }

    private func top() throws -> PickleValue {
        guard let value = stack.last else { throw fail("takes from an empty stack") }
        return value
    }

    private func remembered(_ index: Int) throws -> PickleValue {
        guard let value = memo[index] else { throw fail("recalls what it never noted") }
        return value
    }

    private func index(_ text: String) throws -> Int {
        guard let index = Int(text), index >= 0 else { throw fail("notes under no number") }
        return index
    }

    private mutating func extensionValue(_ code: Int) -> PickleValue {
        firstOpaque = firstOpaque ?? "the registered extension \(code)"
        return .opaque("extension")
    }

    private func opaque(_ value: PickleValue) -> PickleValue {
        switch value {
        case .opaque(let name), .global(let name): .opaque(name)
        default: .opaque("object")
        }
    }

    private func append(_ items: [PickleValue]) throws {
        switch try top() {
        case .list(let list): list.items += items
        case .opaque: break
        default: throw fail("appends to what is no list")
        }
    }

    private func setItems(_ items: [PickleValue]) throws {
        guard items.count % 2 == 0 else { throw fail("has a key without a value") }
        switch try top() {
        case .dictionary(let dictionary):
            for index in stride(from: 0, to: items.count, by: 2) {
                dictionary.items.append((items[index], items[index + 1]))
            }
        case .opaque: break
        default: throw fail("sets an item of what is no dictionary")
        }
    }

    private mutating func global(_ module: String, _ name: String) throws -> PickleValue {
        let full = "\(module).\(name)"
        let isStorage = module == "torch" && Self.storages[name] != nil
        if isStorage || [Self.rebuild, Self.parameter, Self.ordered, Self.size].contains(full) {
            return .global(full)
        }
        let top = module.split(separator: ".").first.map(String.init) ?? module
        let isPlain =
            ["builtins", "__builtin__"].contains(module) && Self.plainTypes.contains(name)
        guard isPlain || !Self.running.contains(top) else {
            throw fail(
                "wants \(full), which can run code and which no weights need: refused. Ask for a "
                    + "file of the state dictionary alone: torch.save(model.state_dict(), ...)")
        }
        firstOpaque = firstOpaque ?? full
        return .opaque(full)
    }

    /// `("storage", type, key, device, count)`
    /// The format from before PyTorch 1.6 adds a view: `nil`, or a part of the storage.
    private func storage(_ value: PickleValue) throws -> PickleValue {
        guard case .tuple(let tuple) = value else { return .opaque("a reference") }
        let parts = tuple.items
        guard (5...6).contains(parts.count), case .string("storage") = parts[0],
            case .string(let key) = parts[2], case .int(let count) = parts[4], count >= 0
        else { throw fail("refers to a storage in an unknown way") }
        guard case .global(let type) = parts[1],
            let format = Self.storages[String(type.dropFirst("torch.".count))]
        else { return .opaque("a storage of another kind") }
        if parts.count == 6 {
            guard case .none = parts[5] else { throw fail("refers to a part of a storage") }
        }
        return .storage(format: format, key: key, count: count)
    }

    private mutating func call(_ name: String, _ arguments: [PickleValue]) throws -> PickleValue {
        switch name {
        case Self.ordered: return newDictionary()
        case Self.size:
            guard arguments.count == 1 else { throw fail("builds a size in an unknown way") }
            return arguments[0]
        case Self.parameter:
            // Of what is no tensor here, no weight comes.
            guard case .tensor(let tensor)? = arguments.first else { return .opaque(name) }
            return .tensor(tensor)
        case Self.rebuild:
            if case .opaque? = arguments.first { return .opaque(name) }
            guard arguments.count >= 4,
                case .storage(let format, let key, let count) = arguments[0],
                case .int(let offset) = arguments[1], let shape = integers(arguments[2]),
                let strides = integers(arguments[3]), shape.count == strides.count
            else { throw fail("builds a tensor in an unknown way") }
            return .tensor(
                PickledTensor(
                    format: format, key: key, storageCount: count, offset: offset, shape: shape,
                    strides: strides))
        default: throw fail("calls \(name): refused")
        }
    }

    private func integers(_ value: PickleValue) -> [Int]? {
        guard case .tuple(let tuple) = value else { return nil }
        let found = tuple.items.compactMap { item -> Int? in
            if case .int(let number) = item { return number }
            return nil
        }
        return found.count == tuple.items.count ? found : nil
    }
}
