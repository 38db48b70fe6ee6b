/// Inputs that random changes of bytes do not reach.
///
/// They have great depths, claims of giant sizes, very many parts, or references to themselves.
enum Crafted {
    /// Makes an input from random numbers and the reader's seeds.
    typealias Make = @Sendable (inout Random, [Seed]) -> [UInt8]

    /// A depth or a number of parts, from a harmless one to one that no reader should accept.
    static func count(_ random: inout Random) -> Int {
        random.pick([10, 64, 100, 101, 512, 513, 1000, 10_000, 100_000, 300_000])
    }

    /// A number at the limits of a size.
    static func size(_ random: inout Random) -> Int {
        random.pick(
            [0, -1, 1, 65_535, 65_536, 65_537, 1 << 20, 1 << 28, 1 << 31, 1 << 32, .max]
                + [16_384, 30_000, 46_341])
    }

    static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    static func repeated(_ text: String, _ count: Int) -> String {
        String(repeating: text, count: min(count, Mutator.largestInput / max(1, text.utf8.count)))
    }
}
