import Foundation

/// A value of a pickle that holds tensors and containers, and nothing that can run.
indirect enum PickleValue {
    case none
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case tuple([PickleValue])
    case list(PickleList)
    case dictionary(PickleDictionary)
    /// A name that is allowed, by module and name.
    case global(String)
    /// Numbers in another member of the archive.
    case storage(format: NumberFormat, key: String, count: Int)
    case tensor(PickledTensor)
}

final class PickleList {
    var items: [PickleValue] = []
}

final class PickleDictionary {
    var items: [(key: PickleValue, value: PickleValue)] = []
}

/// A view of a storage.
struct PickledTensor {
    let format: NumberFormat, key: String, storageCount: Int
    let offset: Int, shape: [Int], strides: [Int]
}

/// Reads the pickles that `torch.save` writes of state dictionaries. A pickle is a program: only
/// the instructions that build tensors and containers are followed, and only the names that those
/// need are known. Every other is refused by its name.
struct Unpickler {
    private let bytes: [UInt8]
    private let path: String
    private var place = 0
    private var stack: [PickleValue] = []
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]

    private static let storages: [String: NumberFormat] = [
        "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
        "DoubleStorage": .float64, "LongStorage": .int64,
    ]
    private static let rebuild = "torch._utils._rebuild_tensor_v2",
        parameter = "torch._utils._rebuild_parameter"
    private static let ordered = "collections.OrderedDict", size = "torch.Size"

    static func value(_ data: Data, path: String) throws -> PickleValue {
        var reader = Unpickler(bytes: [UInt8](data), path: path)
        return try reader.run()
    }

    private init(bytes: [UInt8], path: String) { (self.bytes, self.path) = (bytes, path) }

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
            case UInt8(ascii: "}"): stack.append(.dictionary(PickleDictionary()))
            case UInt8(ascii: "]"): stack.append(.list(PickleList()))
            case UInt8(ascii: ")"): stack.append(.tuple([]))
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
            case UInt8(ascii: "q"): memo[try number(UInt8.self)] = try top()
            case UInt8(ascii: "r"): memo[try number(UInt32.self)] = try top()
            case 0x94: memo[memo.count] = try top()
            case UInt8(ascii: "h"): stack.append(try remembered(try number(UInt8.self)))
            case UInt8(ascii: "j"): stack.append(try remembered(try number(UInt32.self)))
            case UInt8(ascii: "t"): stack.append(.tuple(try popToMark()))
            case 0x85: stack.append(.tuple([try pop()]))
            case 0x86:
                let b = try pop(), a = try pop()
                stack.append(.tuple([a, b]))
            case 0x87:
                let c = try pop(), b = try pop(), a = try pop()
                stack.append(.tuple([a, b, c]))
            case UInt8(ascii: "a"):
                let item = try pop()
                try list().items.append(item)
            case UInt8(ascii: "e"):
                let items = try popToMark()
                try list().items += items
            case UInt8(ascii: "s"):
                let value = try pop(), key = try pop()
                try dictionary().items.append((key, value))
            case UInt8(ascii: "u"):
                let items = try popToMark()
                guard items.count % 2 == 0 else { throw fail("has a key without a value") }
                let target = try dictionary()
                for index in stride(from: 0, to: items.count, by: 2) {
                    target.items.append((items[index], items[index + 1]))
                }
            case UInt8(ascii: "c"):
                let module = try line()
                stack.append(try global(module, try line()))
            case 0x93:
                guard case .string(let name) = try pop(), case .string(let module) = try pop()
                else { throw fail("names a global by no text") }
                stack.append(try global(module, name))
            case UInt8(ascii: "Q"): stack.append(try storage(try pop()))
            case UInt8(ascii: "R"):
                guard case .tuple(let arguments) = try pop(), case .global(let name) = try pop()
                else { throw fail("calls what is no known name") }
                stack.append(try call(name, arguments))
            case UInt8(ascii: "b"):
                // The state of an ordered dictionary: its metadata, of no use here.
                _ = try pop()
                guard case .dictionary = try top() else {
                    throw fail("sets the state of what is no dictionary")
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

    private func list() throws -> PickleList {
        guard case .list(let list) = try top() else { throw fail("appends to what is no list") }
        return list
    }

    private func dictionary() throws -> PickleDictionary {
        guard case .dictionary(let dictionary) = try top() else {
            throw fail("sets an item of what is no dictionary")
        }
        return dictionary
    }

    private func global(_ module: String, _ name: String) throws -> PickleValue {
        let full = "\(module).\(name)"
        let isStorage = module == "torch" && Self.storages[name] != nil
        guard isStorage || [Self.rebuild, Self.parameter, Self.ordered, Self.size].contains(full)
        else {
            throw fail(
                "wants \(full), which is no tensor or container: refused. Save the state dictionary alone: torch.save(model.state_dict(), ...)"
            )
        }
        return .global(full)
    }

    /// `("storage", type, key, device, count)`
    private func storage(_ value: PickleValue) throws -> PickleValue {
        guard case .tuple(let parts) = value, parts.count == 5, case .string("storage") = parts[0],
            case .global(let type) = parts[1],
            let format = Self.storages[String(type.dropFirst("torch.".count))],
            case .string(let key) = parts[2],
            case .int(let count) = parts[4], count >= 0
        else { throw fail("refers to a storage in an unknown way") }
        return .storage(format: format, key: key, count: count)
    }

    private func call(_ name: String, _ arguments: [PickleValue]) throws -> PickleValue {
        switch name {
        case Self.ordered: return .dictionary(PickleDictionary())
        case Self.size:
            guard arguments.count == 1 else { throw fail("builds a size in an unknown way") }
            return arguments[0]
        case Self.parameter:
            guard case .tensor(let tensor)? = arguments.first else {
                throw fail("builds a parameter of what is no tensor")
            }
            return .tensor(tensor)
        case Self.rebuild:
            guard arguments.count >= 4,
                case .storage(let format, let key, let count) = arguments[0],
                case .int(let offset) = arguments[1],
                let shape = integers(arguments[2]), let strides = integers(arguments[3]),
                shape.count == strides.count
            else { throw fail("builds a tensor in an unknown way") }
            return .tensor(
                PickledTensor(
                    format: format, key: key, storageCount: count, offset: offset, shape: shape,
                    strides: strides))
        default: throw fail("calls \(name): refused")
        }
    }

    private func integers(_ value: PickleValue) -> [Int]? {
        guard case .tuple(let items) = value else { return nil }
        let found = items.compactMap { item -> Int? in
            if case .int(let number) = item { return number }
            return nil
        }
        return found.count == items.count ? found : nil
    }
}
