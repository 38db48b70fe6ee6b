/// Random numbers that depend only on the reader's name and the input's number (SplitMix64).
struct Random {
    private var state: UInt64

    init(reader: String, index: Int) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in reader.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        state = hash ^ UInt64(index) &* 0x9E37_79B9_7F4A_7C15
        // Neighbouring inputs begin far from each other.
        state = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next()) }

    /// A whole number from 0 to `bound - 1`; 0 if `bound` is not positive.
    mutating func below(_ bound: Int) -> Int { bound > 0 ? Int(next() % UInt64(bound)) : 0 }

    mutating func chance(_ part: Int, in whole: Int) -> Bool { below(whole) < part }

    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }
}
