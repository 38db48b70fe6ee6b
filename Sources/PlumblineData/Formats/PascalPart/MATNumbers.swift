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
