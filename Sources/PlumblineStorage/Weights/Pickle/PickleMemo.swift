/// Values that a pickle stored under a number, to read them again.
struct PickleMemo {
    /// Python counts the numbers up.
    private var values: [PickleValue?] = []
    private var count = 0

    mutating func store(_ value: PickleValue, at index: Int) throws {
        guard index < PickleBudget.mostEntries else {
            throw PickleFault(
                "writes an entry of its memo beyond \(PickleBudget.mostEntries): refused")
        }
        while values.count <= index { values.append(nil) }
        if values[index] == nil { count += 1 }
        values[index] = value
    }

    /// Stores a value under the next number.
    mutating func append(_ value: PickleValue) throws { try store(value, at: count) }

    func value(at index: Int) throws -> PickleValue {
        guard index < values.count, let value = values[index] else {
            throw PickleFault("reads an entry of its memo that it never wrote")
        }
        return value
    }
}
