/// Changes an input in a few places.
///
/// The changes depend on the random numbers alone.
struct Mutator {
    /// Larger inputs are cut, because slowness should come from a few bytes, not from many.
    static let largestInput = 4 << 20

    /// The inputs that pieces are taken from.
    let seeds: [Seed]
    let isText: Bool
    var random: Random
    /// The offsets at which the parts of the current input begin.
    var marks: [Int] = []

    /// Makes one to eight changes of an input whose parts begin at `marks`.
    mutating func mutate(_ bytes: inout [UInt8], marks: [Int] = []) {
        self.marks = marks
        let changes = 1 + random.below(random.pick([1, 3, 8]))
        for _ in 0..<changes {
            if bytes.isEmpty { bytes = [random.byte()] }
            let offset = offset(in: bytes)
            if isText, random.chance(1, in: 2) {
                changeText(&bytes, at: offset)
            } else {
                changeBytes(&bytes, at: offset)
            }
            if bytes.count > Self.largestInput { bytes.removeSubrange(Self.largestInput...) }
        }
    }

    /// Half of the offsets are near the beginning or near a mark, because readers trust these bytes
    /// most.
    mutating func offset(in bytes: [UInt8]) -> Int {
        guard random.chance(1, in: 2) else { return random.below(bytes.count) }
        if !marks.isEmpty, random.chance(2, in: 3) {
            let offset = random.pick(marks) + random.below(random.pick([16, 64, 256]))
            if offset < bytes.count { return offset }
        }
        return random.below(min(bytes.count, 2048))
    }
}
