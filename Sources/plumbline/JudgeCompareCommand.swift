import ArgumentParser
import PlumblineExperiments
import PlumblineJudges
import PlumblineMetrics

struct JudgeCompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compares the scores of two judges on the same images.",
        discussion: """
            Each file is a CSV with the columns image and score, as `plumbline judge` writes them \
            or people fill them in. Sham controls are left out. The acceptance rate is the share \
            of images whose scores differ by at most --tolerance.
            """)

    @Argument(help: "The scores of one judge (CSV).") var first: String
    @Argument(help: "The scores of the other judge (CSV).") var second: String
    @Option(help: "The largest difference of two scores that is accepted.") var tolerance = 1.0
    @Option(help: "A score of at least this is high.") var threshold = 2.5
    @OptionGroup var logging: LogOptions

    func validate() throws {
        guard (0...5).contains(tolerance), (0...5).contains(threshold) else {
            throw ValidationError("--tolerance and --threshold must be from 0 to 5")
        }
    }

    func run() throws {
        logging.begin()
        try reportingErrors {
            let files = try [ScoreFile(first), ScoreFile(second)]
            let keys = files[0].keys.filter { $0.control == .none && files[1][$0] != nil }
            guard !keys.isEmpty else {
                throw JudgeError(second, "has none of the images of \(first)")
            }
            for (file, other) in [(files[0], files[1]), (files[1], files[0])] {
                let alone = file.keys.count { $0.control == .none && other[$0] == nil }
                if alone > 0 { Progress.warn("\(alone) images are in \(file.path) only") }
            }
            let agreement = JudgeAgreement(
                keys.map { files[0][$0]?.score.value }, keys.map { files[1][$0]?.score.value },
                tolerance: tolerance, threshold: threshold)
            print(JudgedTable.text(agreement))
        }
    }
}
