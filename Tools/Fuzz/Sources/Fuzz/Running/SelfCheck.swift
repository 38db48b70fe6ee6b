import PlumblineExperiments
import Foundation

/// Checks the harness itself.
///
/// Inputs must depend on their numbers alone. Every reader must accept a seed. Every kind of fault
/// must be found in the input that has it.
struct SelfCheck {
    let store: SeedStore
    let output: String
    private(set) var problems: [String] = []

    init(store: SeedStore, output: String) {
        self.store = store
        self.output = output
    }

    mutating func run() throws {
        for reader in Reader.all {
            try checkNumbers(reader)
            try checkSeeds(reader)
        }
        try checkFaults()
    }

    private mutating func checkNumbers(_ reader: Reader) throws {
        let first = Inputs(reader, seeds: try store.seeds(of: reader))
        let second = Inputs(reader, seeds: try store.seeds(of: reader))
        let made = (0..<200).map { first[$0] }
        if made != (0..<200).map({ second[$0] }) {
            problems.append("\(reader.name): inputs do not follow from their numbers")
        }
        if Set(made).count < 150 { problems.append("\(reader.name): inputs are alike") }
    }

    private mutating func checkSeeds(_ reader: Reader) throws {
        let seeds = try store.seeds(of: reader)
        let supervisor = try Supervisor(
            [reader], 0..<seeds.count, jobs: 1, store: store, output: output)
        var accepted = 0
        var refused: [String] = []
        supervisor.listener = { outcome in
            if outcome.kind == .accepted { accepted += 1 }
            let name = "\(reader.name)/\(seeds[outcome.index].name)"
            print("\(name): \(outcome.kind.rawValue)  \(outcome.reason.prefix(160))")
            if name.contains("/made"), outcome.kind != .accepted { refused.append(name) }
        }
        guard try supervisor.run() else { throw Failure("interrupted") }
        problems += refused.map { "\($0): the program refuses what it wrote" }
        if accepted == 0 { problems.append("\(reader.name): accepts none of its seeds") }
    }

    private mutating func checkFaults() throws {
        let supervisor = try Supervisor(
            [Reader.faulty], 0..<12, jobs: 1, store: store, output: output)
        guard try supervisor.run() else { throw Failure("interrupted") }
        print(supervisor.table)
        supervisor.findings.lines.forEach { print($0) }
        let found = Dictionary(
            uniqueKeysWithValues: supervisor.findings.all.map { ($0.index, $0.kind) })
        let wanted = Reader.faults.filter(\.value.isFailure)
        if found != wanted { problems.append("faults: found \(found), there are \(wanted)") }
        for (index, kind) in wanted {
            let path = supervisor.findings.path(Reader.faulty.name, index, kind)
            guard FileManager.default.fileExists(atPath: path) else {
                problems.append("faults: input \(index) is not kept")
                continue
            }
            let report = String(decoding: try Files.read(path + ".txt"), as: UTF8.self)
            // By Swift's own trace, or by the C library's.
            let hasStack = ["FaultyReader.swift", "/Fuzz(Fuzz_main"].contains {
                report.contains($0)
            }
            if [.crash, .hang].contains(kind), !hasStack {
                problems.append("faults: no stack with input \(index)")
            }
        }
    }
}
