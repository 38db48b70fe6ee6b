import Foundation

extension Reader {
    /// Fails on purpose.
    ///
    /// `--check` tests that each fault is found.
    static let faulty = Reader(name: "faulty", format: TextFormat(), start: { fail })

    /// The faults that the harness must find, by the number of the input.
    ///
    /// All other inputs are accepted.
    static let faults: [Int: Kind] = [
        3: .crash, 5: .wrong, 6: .refused, 7: .large, 9: .hang, 10: .crash, 11: .crash,
    ]

    private static func fail(_ input: Input) throws {
        switch input.index {
        case 3:
            let numbers = Array(input.bytes.prefix(0))
            _ = numbers[input.index]
        case 5: throw Wrong(problem: "on purpose")
        case 6: throw Failure("on purpose")
        case 7:
            // Every page is touched: what is only asked for is not yet taken.
            let memory = [UInt8](repeating: 1, count: Limits.memory + 100 << 20)
            guard memory.last == 1 else { throw Wrong(problem: "memory does not hold") }
        case 9:
            var random = Random(reader: "", index: input.index)
            var sum: UInt64 = 0
            while sum != 1 { sum &+= random.next() }
            throw Wrong(problem: "a loop without end has ended: \(sum)")
        case 10: UnsafeMutablePointer<UInt8>(bitPattern: 8)?.pointee = 1
        case 11: abort()
        default: break
        }
    }
}
