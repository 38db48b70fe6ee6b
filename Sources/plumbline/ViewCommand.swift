import ArgumentParser
import Foundation
import PlumblineData
import PlumblineExperiments
import PlumblineReports
import PlumblineStorage

struct ViewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "view",
        abstract: "Writes a page that shows the images of results: sort, filter and compare.",
        discussion: """
            The page is a folder. A browser opens its index.html without a server and without a \
            network, so that the folder can be mailed or archived. Images of one name in several \
            results are taken for the same image. Pictures and outlines need --data; maps are \
            shown where the results keep them (evaluate.save_explanations).
            """)

    @Argument(help: "Results files (HDF5) of plumbline evaluate, run or judge.")
    var results: [String]
    @Option(help: "The folder to write; it must not exist.") var output: String
    @Option(help: "A configuration file (YAML) that names the images.") var data: String?
    @Option(
        name: .customLong("set"), help: "key=value: replaces a setting of --data. Repeatable.")
    var overrides: [String] = []
    @Option(help: "The title of the page. Default: the name of the first results file.")
    var title: String?
    @Option(help: "The longer side of the large pictures in pixels; 0 for their own resolution.")
    var imageSize = 0
    @Flag(help: "Open the page in the browser.") var open = false
    @OptionGroup var logging: LogOptions

    func validate() throws {
        guard !results.isEmpty else { throw ValidationError("name one results file or more") }
        guard imageSize == 0 || (64...20_000).contains(imageSize) else {
            throw ValidationError("--image-size must be 0, or from 64 to 20000")
        }
        guard data != nil || overrides.isEmpty else {
            throw ValidationError("--set needs --data")
        }
    }

    func run() throws {
        logging.begin()
        Interruption.listen()
        try reportingErrors {
            let folder = try ViewedResults.newFolder(output, option: "--output")
            let configuration = try data.map {
                try Configuration.load($0, overrides: overrides)
            }
            var viewed = try ViewedResults(
                results, title: title ?? (results[0] as NSString).lastPathComponent,
                data: configuration)
            viewed.longestSide = imageSize
            for problem in viewed.problems { ProgramLog.error(problem) }
            for line in try viewed.estimate() { print(line.printable) }
            let outcome = try viewed.write(to: folder)
            for (image, problem) in outcome.failures {
                ProgramLog.error("no picture of \(image): \(problem)")
            }
            if outcome.wrongMaps > 0 {
                ProgramLog.error(
                    "\(outcome.wrongMaps) maps with values that are not finite left out")
            }
            print(
                "\(outcome.pictures) pictures and \(outcome.maps) maps "
                    + "(\(outcome.bytes / 1_000_000) MB) in \(folder)/index.html")
            if open { try openPage("\(folder)/index.html") }
        }
    }

    /// - Throws: an exit code where no browser can be started.
    private func openPage(_ path: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/xdg-open")
        process.arguments = [path]
        do { try process.run() } catch {
            ProgramLog.error("--open: xdg-open cannot be started; open \(path) yourself")
            throw ExitCode.failure
        }
    }
}
