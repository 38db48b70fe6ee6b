import ArgumentParser
import PlumblineData
import PlumblineExperiments
import PlumblineReports
import PlumblineTensors

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Computes rows of a results file again, and compares the bits.",
        discussion: """
            Chooses images at random, explains them by the checkpoints of the run, and compares \
            every score and the prediction with the stored ones. The exit code is 1 where one \
            differs. Start it in the folder that the run was started in: the configuration names \
            files from there.
            """)

    @Argument(help: "A results file (HDF5) of plumbline run.") var results: String
    @Option(help: "How many rows: one image of one run each.") var rows = 10
    @Option(help: "The seed of the choice.") var seed: UInt64 = 0
    @Option(help: "The configuration of the run. (default: config.yaml beside the results)")
    var config: String?
    @OptionGroup var logging: LogOptions

    func validate() throws {
        guard rows > 0 else { throw ValidationError("--rows must be at least 1") }
    }

    func run() throws {
        logging.begin()
        Interruption.listen()
        let scores = try reportingErrors {
            let file =
                config ?? PathText.joined(PathText.folder(of: results), "config.yaml")
            let verification = try ResultsVerification(
                results, Configuration.load(file), rows: rows, seed: seed)
            let others = Set(verification.results.runs.map(\.instructionSet))
                .subtracting([instructionSet, ""])
            for other in others.sorted() {
                print(
                    "the scores were computed with \(other), here with \(instructionSet): "
                        + "bits may differ")
            }
            return try verification.scores()
        }
        print(Self.table(scores).text)
        let different = scores.filter { !$0.isEqual }.count
        print("\(scores.count) numbers computed again, \(different) of them different")
        if different > 0 { throw ExitCode.failure }
    }

    /// The numbers that differ, or the count per run where all are equal.
    private static func table(_ scores: [VerifiedScore]) -> TextTable {
        let different = scores.filter { !$0.isEqual }
        guard different.isEmpty else {
            var table = TextTable(["run", "image", "metric", "part", "stored", "computed"])
            for score in different.prefix(50) {
                table.add([
                    score.run, score.image, score.metric, score.part, score.stored,
                    score.computed,
                ])
            }
            return table
        }
        var table = TextTable(["run", "images", "equal numbers"])
        let runs = scores.reduce(into: [String]()) { if !$0.contains($1.run) { $0.append($1.run) } }
        for run in runs {
            let own = scores.filter { $0.run == run }
            table.add([run, "\(Set(own.map(\.image)).count)", "\(own.count)"])
        }
        return table
    }
}
