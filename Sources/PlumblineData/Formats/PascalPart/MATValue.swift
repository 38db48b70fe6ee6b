/// A value of a MATLAB file.
indirect enum MATValue: Sendable {
    case text(String)
    /// Numbers down the columns.
    case numbers(MATNumbers)
    case cells([MATValue])
    /// Structs by their fields; all have the same.
    case structs([[String: MATValue]])

    /// What the value is, for errors.
    var kind: String {
        switch self {
        case .text: "text"
        case .numbers(let numbers): "numbers of \(numbers.height) x \(numbers.width)"
        case .cells: "cells"
        case .structs(let structs): "\(structs.count) structs"
        }
    }
}

/// A matrix of numbers, as bytes until they are asked for.
struct MATNumbers: Sendable {
    var height: Int
    var width: Int
    var type: MATType
    var isLittle: Bool
    /// `height x width` numbers, down the columns.
    var bytes: [UInt8]

    /// The lengths of runs of zeros and of other numbers, down the columns, zeros first.
    var runs: [Int] {
        var runs: [Int] = []
        var start = 0
        var isOn = false
        let count = height * width
        bytes.withUnsafeBufferPointer { bytes in
            for index in 0..<count where isSet(index, bytes) != isOn {
                runs.append(index - start)
                start = index
                isOn.toggle()
            }
        }
        return runs + [count - start]
    }

    /// Whether a number is not zero; a negative zero is zero.
    private func isSet(_ index: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        if type.width == 1 { return bytes[index] != 0 }
        let start = index * type.width
        for offset in 0..<type.width where bytes[start + offset] != 0 {
            let isSignByte = type.isReal && offset == (isLittle ? type.width - 1 : 0)
            if !isSignByte || bytes[start + offset] != 0x80 { return true }
        }
        return false
    }
}

/// The types of elements that are read.
enum MATType: UInt32, Sendable {
    case int8 = 1
    case uint8 = 2
    case int16 = 3
    case uint16 = 4
    case int32 = 5
    case uint32 = 6
    case single = 7
    case double = 9
    case int64 = 12
    case uint64 = 13
    case matrix = 14
    case compressed = 15
    case utf8 = 16
    case utf16 = 17
    case utf32 = 18

    /// Bytes per number.
    var width: Int {
        switch self {
        case .int8, .uint8, .utf8, .matrix, .compressed: 1
        case .int16, .uint16, .utf16: 2
        case .int32, .uint32, .single, .utf32: 4
        case .double, .int64, .uint64: 8
        }
    }

    var isReal: Bool { self == .single || self == .double }
}
