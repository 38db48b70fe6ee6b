/// numpy's format: a header in Python's notation, then the numbers.
struct NumpyFormat: Format {
    /// Most changes belong into the header: it says what everything else is.
    func marks(_ bytes: [UInt8]) -> [Int] {
        Array(0..<min(bytes.count, 128)).filter { $0 < 12 || bytes[$0] == UInt8(ascii: "'") }
    }
}
