/// Tuples, lists, dictionaries and sets.
extension Unpickler {
    mutating func makeTuple(_ opcode: PickleOpcode) throws {
        switch opcode {
        case .tuple: try pushTuple(try stack.popToMark())
        case .tuple1: try pushTuple(try popped(1))
        case .tuple2: try pushTuple(try popped(2))
        case .tuple3: try pushTuple(try popped(3))
        default: try pushTuple([])
        }
    }

    /// The last values of the stack, in the order in which they were pushed.
    private mutating func popped(_ count: Int) throws -> [PickleValue] {
        var values: [PickleValue] = []
        for _ in 0..<count { values.append(try stack.pop()) }
        return values.reversed()
    }

    private mutating func pushTuple(_ parts: [PickleValue]) throws {
        try budget.addEntries(1 + parts.count)
        let depth = parts.reduce(0) { max($0, $1.tupleDepth) }
        guard depth < PickleBudget.deepest else {
            throw PickleFault("nests tuples more than \(PickleBudget.deepest) deep: refused")
        }
        try stack.push(.tuple(parts, depth: depth + 1))
    }

    mutating func makeContainer(_ opcode: PickleOpcode) throws {
        switch opcode {
        case .emptyDict: try stack.push(.dictionary(try newDictionary()))
        case .emptyList: try stack.push(.list(try newList()))
        case .list:
            let items = try stack.popToMark()
            try stack.push(.list(try newList()))
            try append(items)
        case .dict:
            let items = try stack.popToMark()
            try stack.push(.dictionary(try newDictionary()))
            try setItems(items)
        case .frozenSet:
            _ = try stack.popToMark()
            try stack.push(.opaque("frozenset"))
        default: try stack.push(.opaque("set"))
        }
    }

    mutating func fillContainer(_ opcode: PickleOpcode) throws {
        switch opcode {
        case .append: try append(try popped(1))
        case .appends: try append(try stack.popToMark())
        case .setItem: try setItems(try popped(2))
        case .setItems: try setItems(try stack.popToMark())
        // Of a set, which is opaque.
        default: _ = try stack.popToMark()
        }
    }

    mutating func newDictionary() throws -> PickleDictionary {
        try budget.addEntries(1)
        return pickle.newDictionary()
    }

    private mutating func newList() throws -> PickleList {
        try budget.addEntries(1)
        return pickle.newList()
    }

    private mutating func append(_ items: [PickleValue]) throws {
        switch try stack.top() {
        case .list(let list):
            try budget.addEntries(items.count)
            list.items += items
        case .opaque: break
        default: throw PickleFault("appends to what is no list")
        }
    }

    /// Keys and values in turn.
    private mutating func setItems(_ items: [PickleValue]) throws {
        guard items.count % 2 == 0 else { throw PickleFault("has a key without a value") }
        switch try stack.top() {
        case .dictionary(let dictionary):
            try budget.addEntries(items.count)
            for index in stride(from: 0, to: items.count, by: 2) {
                dictionary.items.append((items[index], items[index + 1]))
            }
        case .opaque: break
        default: throw PickleFault("sets an item of what is no dictionary")
        }
    }
}
