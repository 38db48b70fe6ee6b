import ArgumentParser
import Foundation
import PlumblineData
import PlumblineExperiments
import PlumblineJudges
import PlumblineReports

struct JudgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge",
        abstract: "Judges whether explanations mark what the model predicts, from 0 to 5.",
        discussion: """
            A judge sees the image where the explanation marks it (--input masked), or the map \
            over the image (--input overlay). The judge is a rule on the mask (rule), scores of \
            people (csv:FILE), or a vision-language model behind an OpenAI-compatible server (chat).
            """,
        subcommands: [
            JudgeImagesCommand.self, JudgeCompareCommand.self, JudgeReportCommand.self,
            JudgeDecoyCommand.self,
        ],
        defaultSubcommand: JudgeImagesCommand.self)
}

struct JudgeImagesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "images",
        abstract: "Judges the evaluation images of a configuration (the default).",
        discussion: """
            Each image with a mask has two sham controls: its mask in the place of the map, and \
            the same shape elsewhere. A judge that does not separate them is blind. The CSV file \
            lists the images by cell, then the controls.
            """)

    @Option(help: "The model's checkpoint.") var checkpoint: String
    @Option(help: "A configuration file (YAML) that names the data.") var data: String
    @Option(help: "The explanation method.") var method = "grad_cam"
    @OptionGroup var judging: JudgingOptions
    @OptionGroup var chat: ChatOptions
    @Option(help: "A text with {label} in place of the package's own prompt.") var prompt: String?
    @Option(help: "Sweep: values of alpha, separated by commas.") var sweepAlpha: String?
    @Option(help: "Sweep: values of beta, separated by commas.") var sweepBeta: String?
    @Option(help: "Sweep: the scores of people (CSV with image and score).") var human: String?
    @Option(help: "The CSV file of judgements to write; of the agreement, in a sweep.")
    var output: String
    @Option(help: "A results file (HDF5) to write.") var results: String?
    @Option(
        name: .customLong("set"), help: "key=value: replaces a setting of --data. Repeatable.")
    var overrides: [String] = []
    @OptionGroup var logging: LogOptions

    private var isSweep: Bool { human != nil }

    func validate() throws {
        guard isSweep || (sweepAlpha == nil && sweepBeta == nil) else {
            throw ValidationError("a sweep needs the scores of people: --human FILE")
        }
        guard !isSweep || judging.input == .masked else {
            throw ValidationError("a sweep needs --input masked; an overlay has no alpha and beta")
        }
        guard !isSweep || results == nil else {
            throw ValidationError("--results is not written in a sweep")
        }
    }

    func run() throws {
        logging.begin()
        Interruption.listen()
        try reportingErrors {
            let inputs = [checkpoint, data, human, prompt, judging.scoreFile].compactMap { $0 }
            try OutputFiles.check(output, option: "--output", inputs: inputs)
            if let results {
                try OutputFiles.check(results, option: "--results", inputs: inputs + [output])
            }
            let judge = try makeJudge()
            let explanation = try JudgedExplanation(checkpoint: checkpoint, method: method) {
                try Configuration.load(data, overrides: overrides, classes: $0)
            }
            let settings = try judging.settings()
            if let human {
                try sweep(explanation, judge, settings, ScoreFile(human))
            } else {
                try judgeImages(explanation, judge, settings)
            }
        }
    }

    private func makeJudge() throws -> any Judge {
        switch try judging.choice() {
        case .rule: return RuleJudge()
        case .scores(let file): return ScoreFileJudge(try ScoreFile(file))
        case .chat:
            return ChatJudge(
                try chat.settings(),
                prompt: try prompt.map { try Prompt(file: $0) } ?? Prompt(judging.input),
                cache: chat.cacheFolder(beside: output),
                check: { try Interruption.check("while a judge was asked; answers are kept") },
                note: { Progress.warn($0) })
        }
    }

    private func judgeImages(
        _ explanation: JudgedExplanation, _ judge: any Judge, _ settings: JudgingSettings
    ) throws {
        let judging = Judging(explanation, by: judge, settings)
        Progress.note("at most \(judging.questionCount) pictures are judged (\(judge.name))")
        let judged = try judging.run()
        print(JudgedTable.text(judged))
        try judged.write(to: output)
        if let results { try judged.results().write(results) }
        print("\(judged.rows.count) judgements in \(output)")
        try JudgedTable.requireAnswers(judged)
    }

    private func sweep(
        _ explanation: JudgedExplanation, _ judge: any Judge, _ settings: JudgingSettings,
        _ human: ScoreFile
    ) throws {
        let sweep = MaskSweep(
            alphas: try JudgingOptions.numbers(sweepAlpha ?? "15,20,25", "--sweep-alpha", 1...1000),
            betas: try JudgingOptions.numbers(sweepBeta ?? "0.4,0.6,0.8", "--sweep-beta", 0...1),
            human: human)
        let points = try sweep.run(explanation, by: judge, settings)
        print(JudgedTable.text(points))
        try MaskSweep.write(points, to: output)
        print("\(points.count) settings in \(output)")
    }
}
