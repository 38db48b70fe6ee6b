/// MATLAB files of version 5: elements begin with their type and size.
struct MATFormat: Format {
    func marks(_ bytes: [UInt8]) -> [Int] {
        guard bytes.count > 136 else { return [] }
        return stride(from: 128, to: bytes.count - 8, by: 8).filter {
            (1...18).contains(bytes.little($0, 2))
        }
    }
}
