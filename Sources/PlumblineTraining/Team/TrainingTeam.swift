/// Processes that train one model together.
///
/// Every call is made by all of them, in the same order. A call moves bytes and computes nothing,
/// so what is computed does not depend on the library below it.
public protocol TrainingTeam: AnyObject {
    /// The number of this process, from 0.
    var rank: Int { get }
    /// How many processes there are.
    var size: Int { get }

    /// The bytes that each process gives, in the order of the ranks.
    func gather(_ bytes: UnsafeRawBufferPointer) throws -> [[UInt8]]

    /// Sends a part of `values` to each process, and receives a part from each.
    ///
    /// - Parameters:
    ///   - values: the parts one after the other, in the order of the ranks.
    ///   - counts: the length of each part.
    ///   - received: how many values each process sends to this one.
    /// - Returns: the received parts one after the other, in the order of the ranks.
    func exchange(_ values: [Float], counts: [Int], receiving received: [Int]) throws -> [Float]

    /// Joins the parts that the processes hold, in the order of the ranks.
    ///
    /// - Parameter counts: the length of each process's part.
    func join(_ part: [Float], counts: [Int]) throws -> [Float]

    /// The values of process 0, on all.
    func broadcast(_ values: [Float]) throws -> [Float]
}

extension TrainingTeam {
    /// The values that each process gives, in the order of the ranks.
    package func gather<Value: BitwiseCopyable>(_ values: [Value]) throws -> [[Value]] {
        try values.withUnsafeBytes { try gather($0) }.map { bytes in
            bytes.withUnsafeBytes { Array($0.bindMemory(to: Value.self)) }
        }
    }

    /// The text that each process gives, in the order of the ranks.
    package func gather(text: String) throws -> [String] {
        try gather(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether any process says so.
    package func isTrueForAny(_ statement: Bool) throws -> Bool {
        try gather([UInt8(statement ? 1 : 0)]).contains([1])
    }
}
