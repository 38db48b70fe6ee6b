/// Names, and what is made by them.
extension Unpickler {
    mutating func pushName(_ opcode: PickleOpcode) throws {
        switch opcode {
        case .stackGlobal:
            guard case .string(let name) = try stack.pop(),
                case .string(let module) = try stack.pop()
            else { throw PickleFault("names a global by no text") }
            try stack.push(try global(module, name))
        case .inst:
            let module = try bytes.line()
            let made = try global(module, try bytes.line())
            _ = try stack.popToMark()
            try stack.push(.opaque(made.globalName))
        case .ext1: try stack.push(extensionValue(Int(try bytes.byte())))
        case .ext2: try stack.push(extensionValue(try bytes.number(UInt16.self)))
        case .ext4: try stack.push(extensionValue(try bytes.number(UInt32.self)))
        default:
            let module = try bytes.line()
            try stack.push(try global(module, try bytes.line()))
        }
    }

    private mutating func global(_ module: String, _ name: String) throws -> PickleValue {
        try budget.addEntries(1)
        let (full, kind) = PickleNames.kind(module, name)
        switch kind {
        case .known: return .global(full)
        case .plain: break
        case .other: pickle.firstOpaque = pickle.firstOpaque ?? full
        case .running:
            throw PickleFault(
                "wants \(full), which can run code and which no weights need: refused. Ask for a "
                    + "file of the state dictionary alone: torch.save(model.state_dict(), ...)")
        }
        return .opaque(full)
    }

    private func extensionValue(_ code: Int) -> PickleValue {
        pickle.firstOpaque = pickle.firstOpaque ?? "the registered extension \(code)"
        return .opaque("extension")
    }

    mutating func makeObject(_ opcode: PickleOpcode) throws {
        switch opcode {
        case .obj:
            let parts = try stack.popToMark()
            try stack.push(.opaque(parts.first?.globalName ?? "object"))
        case .persID: try stack.push(.opaque(try bytes.line()))
        case .binPersID: try stack.push(try storage(try stack.pop()))
        case .reduce:
            let arguments = try stack.pop()
            try stack.push(try call(try stack.pop(), arguments))
        case .newObj, .newObjEx:
            if opcode == .newObjEx { _ = try stack.pop() }
            _ = try stack.pop()
            let made = try stack.pop()
            if case .global(PickleNames.ordered) = made {
                try stack.push(.dictionary(try newDictionary()))
            } else {
                try stack.push(.opaque(made.globalName))
            }
        default: try setState()
        }
    }

    /// The state of an ordered dictionary is its metadata.
    ///
    /// Nothing is read of that of a tensor or of an opaque value. All are passed over.
    private mutating func setState() throws {
        _ = try stack.pop()
        switch try stack.top() {
        case .dictionary, .tensor, .opaque: break
        default: throw PickleFault("sets the state of what has none")
        }
    }
}
