/// Marks, and values that are used again.
extension Unpickler {
    mutating func arrangeStack(_ opcode: PickleOpcode) throws {
        switch opcode {
        case .mark: try stack.mark()
        case .pop: try stack.drop()
        case .popMark: _ = try stack.popToMark()
        default: try stack.push(try stack.top())
        }
    }

    mutating func useMemo(_ opcode: PickleOpcode) throws {
        switch opcode {
        case .put: try store(at: try memoIndex())
        case .binPut: try store(at: Int(try bytes.byte()))
        case .longBinPut: try store(at: try bytes.number(UInt32.self))
        case .get: try stack.push(try memo.value(at: try memoIndex()))
        case .binGet: try stack.push(try memo.value(at: Int(try bytes.byte())))
        case .longBinGet: try stack.push(try memo.value(at: try bytes.number(UInt32.self)))
        default:
            let value = try stack.top()
            try budget.addEntries(1)
            try memo.append(value)
        }
    }

    private mutating func store(at index: Int) throws {
        let value = try stack.top()
        try budget.addEntries(1)
        try memo.store(value, at: index)
    }

    /// The number of an entry of the memo, in text.
    private mutating func memoIndex() throws -> Int {
        guard let index = Int(try bytes.line()), index >= 0 else {
            throw PickleFault("has an entry of its memo without a number")
        }
        return index
    }
}
