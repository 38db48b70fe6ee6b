import ArgumentParser
import Foundation
import PlumblineData
import PlumblineExperiments
import PlumblineJudges
import PlumblineStorage

struct JudgeReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Writes a report on part scores (the JSON of `plumbline parts`).",
        discussion: """
            By default the text follows fixed sentences. With --judge chat, a chat model writes \
            it. Every number of a report must be one of the JSON's; another report is refused.
            """)

    @Argument(help: "The JSON file that `plumbline parts` wrote.") var parts: String
    @Option(help: "Who writes: rule (fixed sentences) or chat.") var judge = "rule"
    @OptionGroup var chat: ChatOptions
    @Option(help: "The fewest images of a part that a report is written about.")
    var fewest = PartReport.fewestImages
    @Option(help: "The JSON file to write. Default: only the text is printed.") var output: String?
    @OptionGroup var logging: LogOptions

    func validate() throws {
        guard fewest >= 1 else { throw ValidationError("--fewest must be at least 1") }
        guard ["rule", "chat"].contains(judge) else {
            throw ValidationError("--judge must be rule or chat")
        }
    }

    func run() throws {
        logging.begin()
        Interruption.listen()
        try reportingErrors {
            if let output { try OutputFiles.check(output, option: "--output", inputs: [parts]) }
            let summary = try PartSummary(parts)
            let report =
                judge == "rule"
                ? try PartReport.template(summary, fewest: fewest)
                : try writer().report(summary, fewest: fewest)
            print(report.text.printableLines)
            if let output {
                let data = try report.json()
                try AtomicFile.write(output) { try $0.write(data) }
            }
        }
    }

    private func writer() throws -> ReportWriter {
        ReportWriter(
            try chat.settings(), cache: chat.cacheFolder(beside: output ?? parts),
            check: { try Interruption.check("while a report was asked for") },
            note: { Progress.warn($0) })
    }
}

extension String {
    /// The text without control characters, with its line ends.
    fileprivate var printableLines: String {
        split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }
            .joined(separator: "\n")
    }
}
