import PlumblineReports

/// The number of inputs of a reader, by outcome.
struct Tally {
    private(set) var counts: [Kind: Int] = [:]
    private(set) var slow = 0
    private(set) var slowest = (seconds: 0.0, index: 0)
    private(set) var seconds = 0.0

    mutating func add(_ outcome: Outcome) {
        counts[outcome.kind, default: 0] += 1
        seconds += outcome.seconds
        if outcome.seconds > slowest.seconds { slowest = (outcome.seconds, outcome.index) }
        if outcome.seconds > Limits.slowSeconds { slow += 1 }
    }

    var tried: Int { counts.values.reduce(0, +) }
    var hasFailures: Bool { counts.contains { $0.key.isFailure && $0.value > 0 } }

    static func table(_ tallies: [(reader: String, tally: Tally)]) -> String {
        let seconds = Int(Limits.seconds)
        var table = TextTable([
            "reader", "tried", "accepted", "refused", "wrong", "crashes", "hangs > \(seconds) s",
            "> \(Limits.memory >> 20) MB", "slow > \(Int(Limits.slowSeconds)) s", "slowest, s",
            "its number", "ms each",
        ])
        for (reader, tally) in tallies {
            let counts = [Kind.accepted, .refused, .wrong, .crash, .hang, .large].map {
                "\(tally.counts[$0] ?? 0)"
            }
            let mean = tally.tried > 0 ? tally.seconds / Double(tally.tried) : 0
            table.add(
                [reader, "\(tally.tried)"] + counts
                    + ["\(tally.slow)", Self.rounded(tally.slowest.seconds)]
                    + ["\(tally.slowest.index)", Self.rounded(1000 * mean)])
        }
        return table.text
    }

    private static func rounded(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
}
