import ArgumentParser
import PlumblineExperiments
import Foundation

/// Gives many damaged files to the program's readers, and counts the outcomes.
@main
struct Fuzz: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Gives the program's readers many damaged files and counts what comes of it.",
        discussion: "Readers: \(Reader.all.map(\.name).joined(separator: ", ")).")

    @Option(help: "A reader, several separated by commas, or all.") var reader = "all"
    @Option(help: "The first input's number.") var first = 0
    @Option(help: "How many inputs each reader gets.") var count = 1000
    @Option(help: "Give this one file to the reader, in this process.") var input: String?
    @Option(help: "Write the first input to this file, and try nothing.") var write: String?
    @Option(help: "How many readers work at a time; 0 is one for each processor.") var jobs = 0
    @Option(help: "The project's folder.") var root = "."
    @Option(help: "Where failing inputs and the program's own seeds are kept.") var output =
        ".build/fuzz"
    @Flag(help: "Check the harness itself.") var check = false
    @Flag(help: .hidden) var worker = false
    @Option(help: .hidden) var folder = ""

    mutating func validate() throws {
        guard first >= 0, count >= 0, jobs >= 0 else {
            throw ValidationError("numbers must not be negative")
        }
        _ = try readers()
    }

    func run() throws {
        let store = SeedStore(root: root, output: output)
        if worker { return try work(store) }
        if let input { return try runOne(input) }
        try store.make()
        if check { return try checkItself(store) }
        if let write {
            let reader = try readers()[0]
            return try Files.write(
                Inputs(reader, seeds: try store.seeds(of: reader))[first], to: write)
        }
        Interruption.listen()
        let processors = ProcessInfo.processInfo.activeProcessorCount
        let supervisor = try Supervisor(
            try readers(), first..<first + count, jobs: jobs > 0 ? jobs : processors, store: store,
            output: output)
        let isDone = try supervisor.run()
        print(supervisor.table)
        for line in supervisor.findings.lines { print(line) }
        if !isDone { throw ExitCode(75) }
        if supervisor.hasFailures { throw ExitCode.failure }
    }

    private func readers() throws -> [Reader] {
        if reader == "all" { return Reader.all }
        return try reader.split(separator: ",").map { name in
            guard let found = Reader.named(String(name)) else {
                let names = Reader.all.map(\.name).joined(separator: ", ")
                throw ValidationError("no reader \(name); there are \(names)")
            }
            return found
        }
    }

    private func work(_ store: SeedStore) throws {
        let reader = try readers()[0]
        let inputs = Inputs(reader, seeds: try store.seeds(of: reader))
        let worker = try Worker(inputs, folder: folder) { outcome in
            let line = Array(outcome.line.utf8)
            // The supervisor is gone: nobody wants the rest.
            guard Foundation.write(Worker.channel, line, line.count) == line.count else { _exit(0) }
        }
        worker.run(first..<first + count)
    }

    private func runOne(_ path: String) throws {
        let bytes = try Files.read(path)
        let folder = try Files.temporaryFolder()
        defer { Files.remove(folder) }
        for reader in try readers() {
            let worker = try Worker(Inputs(reader, seeds: []), folder: folder) { _ in }
            let outcome = worker.run(Input(index: first, bytes: bytes, folder: folder))
            print(
                "\(reader.name): \(outcome.kind.rawValue), \(outcome.seconds) s, "
                    + "\(outcome.memory >> 20) MB more. \(outcome.reason)")
        }
    }

    private func checkItself(_ store: SeedStore) throws {
        var check = SelfCheck(store: store, output: output)
        try check.run()
        for problem in check.problems { print("fuzz: \(problem)") }
        print(check.problems.isEmpty ? "the harness is right" : "the harness is wrong")
        if !check.problems.isEmpty { throw ExitCode.failure }
    }
}
