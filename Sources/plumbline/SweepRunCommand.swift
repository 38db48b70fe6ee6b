import ArgumentParser
import PlumblineExperiments

struct SweepRunCommand: ParsableCommand {
    enum Retry: String, CaseIterable, ExpressibleByArgument {
        case failed
    }

    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs the cells of a sweep that are not done.",
        discussion: """
            If it is killed, the same command continues. A second process takes other cells. A \
            cell that fails keeps its reason and does not stop the others; the exit code is then 1.
            """)

    @OptionGroup var options: SweepOptions
    @OptionGroup var logging: LogOptions
    @Option(help: "failed: run the cells again that failed before.") var retry: Retry?
    @Option(help: "i/n: only every n-th cell, from cell i on; i from 0 to n - 1.")
    var shard: String?

    func validate() throws {
        guard let shard, SweepShard(shard) == nil else { return }
        throw ValidationError("--shard \(shard): must be i/n, with i from 0 to n - 1")
    }

    func run() throws {
        logging.begin()
        Interruption.listen()
        let outcome = try reportingErrors {
            try MPITeam.refuse("sweep run")
            let sweep = try options.sweep()
            var runner = try SweepRunner(
                sweep, shard: shard.flatMap { SweepShard($0) }, retriesFailed: retry == .failed)
            return try runner.run()
        }
        print(outcome.text)
        if outcome.failed + outcome.failedBefore > 0 { throw ExitCode.failure }
    }
}
