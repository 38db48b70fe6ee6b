/// The stack of a pickle: values, and marks between them.
struct PickleStack {
    private var values: [PickleValue] = []
    /// For each mark the number of values below it.
    private var marks: [Int] = []

    mutating func push(_ value: PickleValue) throws {
        guard values.count < PickleBudget.mostWaiting else {
            throw PickleFault(
                "has more than \(PickleBudget.mostWaiting) values on its stack: refused")
        }
        values.append(value)
    }

    mutating func pop() throws -> PickleValue {
        let value = try top()
        values.removeLast()
        return value
    }

    func top() throws -> PickleValue {
        guard values.count > (marks.last ?? 0), let value = values.last else {
            throw PickleFault("takes from an empty stack")
        }
        return value
    }

    mutating func mark() throws {
        guard marks.count < PickleBudget.mostWaiting else {
            throw PickleFault("has more than \(PickleBudget.mostWaiting) marks: refused")
        }
        marks.append(values.count)
    }

    /// The values above the last mark; it and they are removed.
    mutating func popToMark() throws -> [PickleValue] {
        guard let mark = marks.popLast(), mark <= values.count else {
            throw PickleFault("has no mark")
        }
        defer { values.removeSubrange(mark...) }
        return Array(values[mark...])
    }

    /// Removes the last value, or the mark if it stands on top, as Python does.
    mutating func drop() throws {
        if marks.last == values.count { marks.removeLast() } else { _ = try pop() }
    }
}
