import ArgumentParser
import Foundation
import PlumblineData
import PlumblineExperiments
import PlumblineJudges
import PlumblineMetrics
import PlumblineReports

struct JudgeDecoyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decoy",
        abstract: "Trains a biased and an unbiased model on synthetic images, and judges both.",
        discussion: """
            The biased model sees a marker exactly on the images of the class; the unbiased one \
            sees it on half of all images. Both are judged on the same images of the class, with \
            the marker on all and on none. err is a wrong prediction or a low score.
            """)

    @Option(help: "The configuration.") var config = "configs/decoy.yaml"
    @Option(help: "The folder of the images and models.") var work = "decoy"
    @Option(help: "The explanation method.") var method = "grad_cam"
    @Option(help: "How many seeds; two models are trained for each.") var seeds = 1
    @OptionGroup var judging: JudgingOptions
    @Option(
        name: .customLong("set"), help: "key=value: replaces a setting of the file. Repeatable.")
    var overrides: [String] = []
    @Option(help: "The CSV file to write. Default: decoy.csv in --work.") var output: String?
    @OptionGroup var logging: LogOptions

    func validate() throws {
        guard (1...100).contains(seeds) else {
            throw ValidationError("--seeds must be from 1 to 100")
        }
        guard judging.judge == "rule" else {
            throw ValidationError("--judge must be rule in this study")
        }
    }

    func run() throws {
        logging.begin()
        Interruption.listen()
        try reportingErrors {
            try createFolder(work)
            let output = output ?? PathText.joined(work, "decoy.csv")
            try OutputFiles.check(output, option: "--output", inputs: [config])
            let study = DecoyStudy(
                method: method, judge: RuleJudge(), settings: try judging.settings()
            ) { training, seed in
                try demoConfiguration(
                    config, imageFolder: work, output: "\(work)/\(training.rawValue)-\(seed)",
                    overrides: overrides)
            }
            let parts = try study.run(seeds: Array(0..<seeds))
            show(parts)
            try DecoyStudy.write(parts, to: output)
            print("\(parts.reduce(0) { $0 + $1.rows.count }) judgements in \(output)")
        }
    }

    private func show(_ parts: [DecoyStudy.Part]) {
        var table = TextTable([
            "training", "coding", "seed", "marker on", "images", "right", "mean score", "err",
            "sham controls",
        ])
        for part in parts {
            let scores = part.rows.compactMap { $0.judged.judgement.score.value }
            let mean = scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
            table.add([
                part.training.rawValue, "\(part.training.coding)", "\(part.seed)",
                part.marker.rawValue, "\(part.rows.count)",
                "\(part.rows.count { $0.judged.isCorrect == true })",
                mean.map { String(format: "%.2f", $0) } ?? "-", Self.number(part.errorShare),
                part.verdict.outcome.rawValue,
            ])
        }
        print(table.text)
        for marker in [Decoy.Use.all, .none] {
            let rows = parts.filter { $0.marker == marker }.flatMap(\.rows)
            let value = Self.number(DecoyStudy.correlation(rows))
            print("correlation of err and training (biased = 1), marker on \(marker): \(value)")
        }
    }

    private static func number(_ value: Measured) -> String {
        value.value.map { String(format: "%.3f", $0) } ?? "-"
    }
}
